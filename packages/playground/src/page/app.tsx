/** The playground: generated pictures, and the encoding of a drawing. */
import { Drawing } from "./drawing.js";
import { Generator } from "./generator.js";
import type { PartProps } from "./part.js";

export function App(props: PartProps) {
  return (
    <>
      {props.model.patience > 0 && (
        <p class="note">
          In this browser one picture takes {(props.model.milliseconds / 1000).toFixed(1)} s to compute: the
          pictures follow a little after each move.
        </p>
      )}
      {props.model.noise > 0 && <Generator {...props} />}
      <Drawing {...props} />
    </>
  );
}
