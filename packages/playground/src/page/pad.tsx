/** A pad to draw on, by pointer or by keyboard. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { DrawingStyle, Point, Stroke } from "../drawing.js";

/** Width and height of the canvas in pixels. */
const size = 448;
/** Step of the pen for an arrow key, as a fraction of the pad's side. */
const keyStep = 1 / 28;

const arrows: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The pen that the keyboard moves. */
type Pen = Point & { down: boolean };

interface PadProps {
  strokes: Stroke[];
  style: DrawingStyle;
  /** Width of the model's picture in pixels. */
  side: number;
  onChange(strokes: Stroke[]): void;
}

export function Pad({ strokes, style, side, onChange }: PadProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef(false);
  /** Undefined until a key moves it. */
  const [pen, setPen] = useState<Pen | undefined>();

  useEffect(() => {
    const context = canvas.current!.getContext("2d")!;
    context.clearRect(0, 0, size, size);
    paintStrokes(context, strokes, (style.pen / side) * size);
    if (pen) paintPen(context, pen);
  }, [strokes, pen]);

  const start = (point: Point): void => onChange([...strokes, [point]]);
  const extend = (points: Point[]): void =>
    onChange([...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), ...points]]);

  const stop = (): void => {
    drawing.current = false;
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = pen ?? { x: 0.5, y: 0.5, down: false };
    const arrow = arrows[event.key];
    if (arrow) {
      const step = event.shiftKey ? 4 * keyStep : keyStep;
      const [x, y] = [clamp(at.x + arrow[0] * step), clamp(at.y + arrow[1] * step)];
      setPen({ ...at, x, y });
      if (at.down) extend([{ x, y }]);
    } else if (event.key === " ") {
      setPen({ ...at, down: !at.down });
      if (!at.down) start({ x: at.x, y: at.y });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      setPen({ ...at, down: false });
      onChange([]);
    } else return;
    event.preventDefault();
  };

  return (
    <div
      class="play-pad"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application that handles keys must be reachable by the keyboard
      tabIndex={0}
      role="application"
      aria-label="Drawing pad. Draw with the pointer, or with the keyboard: the arrows move the pen, Space lowers and lifts it, Delete clears."
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drawing.current = true;
        setPen(undefined);
        start(pointOf(event, event.currentTarget));
      }}
      onPointerMove={(event) => {
        if (!drawing.current) return;
        const events = event.getCoalescedEvents?.() ?? [];
        extend((events.length > 0 ? events : [event]).map((part) => pointOf(part, event.currentTarget)));
      }}
      onPointerUp={stop}
      onPointerCancel={stop}
      onKeyDown={onKeyDown}
      onBlur={() => setPen(undefined)}
    >
      <canvas ref={canvas} width={size} height={size} />
    </div>
  );
}

function paintStrokes(context: CanvasRenderingContext2D, strokes: Stroke[], width: number): void {
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = "#fff";
  context.lineWidth = width;
  for (const stroke of strokes) {
    const [first] = stroke;
    context.beginPath();
    context.moveTo(first!.x * size, first!.y * size);
    for (const { x, y } of stroke) context.lineTo(x * size, y * size);
    context.stroke();
  }
}

function paintPen(context: CanvasRenderingContext2D, { x, y, down }: Pen): void {
  context.strokeStyle = "#e6a23c";
  context.lineWidth = down ? 6 : 3;
  context.beginPath();
  context.arc(x * size, y * size, 14, 0, 2 * Math.PI);
  context.stroke();
}

const clamp = (value: number): number => Math.min(1, Math.max(0, value));

function pointOf({ clientX, clientY }: PointerEvent, element: HTMLElement): Point {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: clamp((clientX - left) / width), y: clamp((clientY - top) / height) };
}
