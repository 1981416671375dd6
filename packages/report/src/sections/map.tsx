import { count } from "../format.js";
import { Figure } from "../parts.js";
import { latentMaps } from "../plots/map.js";
import type { Section } from "../section.js";

/** The latents in the plane. */
export const map: Section = {
  id: "map",
  title: "Map of the latents",
  async render(data) {
    const { maps, examples } = await latentMaps(data);
    if (maps.length === 0) return undefined;
    return {
      plots: maps.map(({ plot }) => plot),
      body: (
        <>
          <p class="note">
            {examples === data.examples.n
              ? `All ${count(examples)} examples`
              : `${count(examples)} of ${count(data.examples.n)} examples, drawn at random`}
            ; latent: {data.evaluation.latent}. Colours by class show the truth, colours by cluster what the
            system found.
          </p>
          <div class="row">
            {maps.map(({ method, colour, plot }) => (
              <Figure plot={plot} key={plot.name}>
                {method === "data" ? "The examples" : method}, coloured by {colour}
              </Figure>
            ))}
          </div>
        </>
      ),
    };
  },
};
