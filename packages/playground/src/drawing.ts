/**
 * A reader's strokes as a picture like the data's own. MNIST's digits were scaled to a box of 20 × 20 and placed by their
 * centre of mass in 28 × 28 (LeCun et al. 1998); other data has other habits, so they are measured.
 */

/** How the data's drawings lie in their frame, in pixels. */
export interface DrawingStyle {
  /** Longer side of the box around the ink. */
  box: number;
  /** Mean centre of mass from the left and upper edges. */
  centre: { x: number; y: number };
  /** Width of a stroke. */
  pen: number;
}

/** Between 0 and 1 over the pad. */
export interface Point {
  x: number;
  y: number;
}
export type Stroke = Point[];

/** Ink is what is brighter than this, of 255. */
const inkAbove = 26;
const solidAbove = 127;

/**
 * Measures drawings of bright ink on a dark ground.
 *
 * @param pictures bytes of each, row after row
 * @param shape [height, width, channels]
 * @returns null for pictures that are no such drawings: colour, or something bright along the edges
 */
export function measureDrawings(pictures: ArrayLike<number>[], shape: number[]): DrawingStyle | null {
  const [height = 0, width = 0, channels = 0] = shape;
  if (channels !== 1) return null;
  const boxes: number[] = [];
  const pens: number[] = [];
  const centre = { x: 0, y: 0 };
  let brightEdges = 0;
  for (const picture of pictures) {
    const at = (x: number, y: number): number =>
      x < 0 || y < 0 || x >= width || y >= height ? 0 : picture[y * width + x]!;
    let [left, right, top, bottom] = [width, -1, height, -1];
    let [mass, massX, massY, area, border, corners] = [0, 0, 0, 0, 0, 0];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = at(x, y);
        if (value > inkAbove) {
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
        mass += value;
        massX += value * (x + 0.5);
        massY += value * (y + 0.5);
        if (value <= solidAbove) continue;
        area++;
        border += [at(x - 1, y), at(x + 1, y), at(x, y - 1), at(x, y + 1)].filter(
          (v) => v <= solidAbove,
        ).length;
      }
    }
    for (const x of [0, width - 1]) for (const y of [0, height - 1]) corners += at(x, y) > solidAbove ? 1 : 0;
    brightEdges += corners / 4 / pictures.length;
    if (right < 0 || area === 0) continue;
    boxes.push(Math.max(right - left, bottom - top) + 1);
    // A stroke's border is two long sides; the border counted along the pixels' edges is longer by 4/π on average.
    pens.push((2 * area) / ((Math.PI / 4) * border));
    centre.x += massX / mass;
    centre.y += massY / mass;
  }
  if (boxes.length === 0 || brightEdges > 0.25) return null;
  return {
    box: median(boxes),
    centre: { x: round(centre.x / boxes.length), y: round(centre.y / boxes.length) },
    pen: round(median(pens)),
  };
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
const round = (value: number): number => Math.round(value * 100) / 100;

/** A stroke is enlarged at most so far that this part of the pad would fill the box: a dot stays a dot. */
const smallestPart = 0.2;

/**
 * Draws strokes as the data's own drawings are: scaled so that the ink fills the box, its centre of mass where theirs is.
 *
 * @param shape [height, width, 1]
 * @returns height × width values in [0, 1]
 */
export function renderStrokes(strokes: Stroke[], style: DrawingStyle, shape: number[]): Float32Array {
  const [height = 0, width = 0] = shape;
  const points = strokes.flat();
  if (points.length === 0) return new Float32Array(height * width);
  const range = (values: number[]) => ({ low: Math.min(...values), high: Math.max(...values) });
  const x = range(points.map((point) => point.x));
  const y = range(points.map((point) => point.y));
  const longer = Math.max(x.high - x.low, y.high - y.low, smallestPart);
  const scale = Math.max(0, style.box - style.pen) / longer;
  const place = (right: number, down: number): Stroke[] =>
    strokes.map((stroke) =>
      stroke.map((point) => ({
        x: (point.x - (x.low + x.high) / 2) * scale + right,
        y: (point.y - (y.low + y.high) / 2) * scale + down,
      })),
    );
  const centred = raster(place(width / 2, height / 2), style.pen, height, width);
  const mass = centreOfMass(centred, width);
  return raster(
    place(width / 2 + style.centre.x - mass.x, height / 2 + style.centre.y - mass.y),
    style.pen,
    height,
    width,
  );
}

function centreOfMass(picture: Float32Array, width: number): Point {
  let [mass, x, y] = [0, 0, 0];
  picture.forEach((value, i) => {
    mass += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return { x: x / mass, y: y / mass };
}

/** Strokes in pixels, drawn with a round pen; a pixel is as bright as the pen covers it. */
function raster(strokes: Stroke[], pen: number, height: number, width: number): Float32Array {
  const picture = new Float32Array(height * width);
  for (const stroke of strokes) {
    for (let i = 0; i < stroke.length; i++) {
      const [a, b] = [stroke[Math.max(0, i - 1)]!, stroke[i]!];
      const reach = pen / 2 + 1;
      const from = { x: Math.floor(Math.min(a.x, b.x) - reach), y: Math.floor(Math.min(a.y, b.y) - reach) };
      const to = { x: Math.ceil(Math.max(a.x, b.x) + reach), y: Math.ceil(Math.max(a.y, b.y) + reach) };
      for (let y = Math.max(0, from.y); y < Math.min(height, to.y); y++) {
        for (let x = Math.max(0, from.x); x < Math.min(width, to.x); x++) {
          const covered = pen / 2 + 0.5 - distance({ x: x + 0.5, y: y + 0.5 }, a, b);
          const place = y * width + x;
          picture[place] = Math.max(picture[place]!, Math.min(1, Math.max(0, covered)));
        }
      }
    }
  }
  return picture;
}

/** From a point to the line between two others. */
function distance(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared : 0;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
