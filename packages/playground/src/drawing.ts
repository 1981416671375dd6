/**
 * Renders a reader's strokes as a picture like the data's. MNIST's digits were scaled to a box of 20 × 20 and centred by their
 * centre of mass in 28 × 28 (LeCun et al. 1998). Other data differ, so their style is measured.
 */

/** Size and position of the data's drawings in their pictures, in pixels. */
export interface DrawingStyle {
  /** Longer side of the box around the ink. */
  box: number;
  /** Mean centre of mass, from the left and upper edges. */
  centre: { x: number; y: number };
  /** Width of a stroke. */
  pen: number;
}

/** A position on the pad, in [0, 1]. */
export interface Point {
  x: number;
  y: number;
}
export type Stroke = Point[];

/** A pixel with a value above this, of 255, is ink. */
const inkAbove = 26;
/** A pixel with a value above this, of 255, belongs to the solid part of a stroke. */
const solidAbove = 127;

/**
 * Measures drawings of bright ink on a dark background.
 *
 * @param pictures bytes of each, row by row
 * @param shape [height, width, channels]
 * @returns null if the pictures are no such drawings: in colour, or with bright corners
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
    // The border of a stroke is two long sides; counted along the edges of pixels, it is 4/π times as long on average.
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

/** Strokes smaller than this part of the pad are not enlarged to the whole box, so that a dot stays a dot. */
const smallestPart = 0.2;

/**
 * Renders strokes in the style of the data's drawings: the ink fills their box and has their centre of mass.
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
  const movedBy = (right: number, down: number): Stroke[] =>
    strokes.map((stroke) =>
      stroke.map((point) => ({
        x: (point.x - (x.low + x.high) / 2) * scale + right,
        y: (point.y - (y.low + y.high) / 2) * scale + down,
      })),
    );
  const centred = raster(movedBy(width / 2, height / 2), style.pen, height, width);
  const mass = centreOfMass(centred, width);
  return raster(
    movedBy(width / 2 + style.centre.x - mass.x, height / 2 + style.centre.y - mass.y),
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

/** Draws strokes in pixels with a round pen; a pixel's value is the part of it that the pen covers. */
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
          const i = y * width + x;
          picture[i] = Math.max(picture[i]!, Math.min(1, Math.max(0, covered)));
        }
      }
    }
  }
  return picture;
}

/** Distance of a point from the line segment between `a` and `b`. */
function distance(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squared = dx * dx + dy * dy;
  const along = squared > 0 ? ((point.x - a.x) * dx + (point.y - a.y) * dy) / squared : 0;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy);
}
