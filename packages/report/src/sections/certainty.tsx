import {
  above,
  type Certainty,
  calibration,
  calibrationPlot,
  certaintyHistogram,
  certaintyOf,
  certaintyPlot,
  count,
  Figure,
  Scroll,
  share,
} from "@gumbel/pages";
import { clusterName, clustersByClass, selectedRun, shownRun } from "../data/select.js";
import type { Section } from "./section.js";

const thresholds = [0, 0.5, 0.9, 0.99];
const whole = { width: 420, height: 190 };
const small = { width: 190, height: 130 };

/** Certainty of the model about its clusters, and the share that is right. */
export const certainty: Section = {
  id: "certainty",
  title: "Probabilities of the clusters",
  shortTitle: "Probabilities",
  async render(data) {
    const found = certaintyOf(await data.latents(), selectedRun(data).assignment);
    if (!found) return undefined;
    if (found.examples.length === 0) {
      return { body: <p>No q(c | x) is a number: training diverged. See train/seed-*/metrics.jsonl.</p> };
    }
    const labelled = found.examples.some(({ right }) => right !== undefined);
    const all = await certaintyPlot("certainty", "all examples", certaintyHistogram(found.examples), whole);
    const calibrated = calibration(found);
    const reliability = calibrated && (await calibrationPlot("reliability", calibrated));
    const each = await Promise.all(
      clustersByClass(data).map((cluster) =>
        certaintyPlot(
          `certainty-${cluster}`,
          clusterName(data, cluster),
          certaintyHistogram(found.examples.filter((example) => example.cluster === cluster)),
          small,
        ),
      ),
    );
    return {
      lead: (
        <>
          Number of examples by the q(c | x) of their cluster.
          {labelled && " Red: those whose cluster was matched to another class."}
          {calibrated &&
            ` Reliability: of the examples with q(c | x) near 0.8, a model that knows how sure it can be has 80 % right; the mean distance from that, the expected calibration error, is ${calibrated.error.toFixed(3)} (Guo et al. 2017, ten bins).`}
          {shownRun(data)}
        </>
      ),
      plots: [all, ...(reliability ? [reliability] : []), ...each],
      body: (
        <>
          {found.notNumbers > 0 && (
            <p class="note-box bad">
              {count(found.notNumbers)} examples have a q(c | x) that is not a number.
            </p>
          )}
          <div class="beside">
            <Figure plot={all} />
            {reliability && <Figure plot={reliability} />}
            <Thresholds certainty={found} labelled={labelled} />
          </div>
          <div class="histograms">
            {each.map((plot) => (
              <Figure plot={plot} key={plot.name} />
            ))}
          </div>
        </>
      ),
    };
  },
};

function Thresholds({ certainty, labelled }: { certainty: Certainty; labelled: boolean }) {
  return (
    <Scroll label="Table of certainty">
      <table>
        <caption>By q(c | x)</caption>
        <thead>
          <tr>
            <th scope="col">q(c | x)</th>
            <th scope="col">examples</th>
            {labelled && <th scope="col">right</th>}
          </tr>
        </thead>
        <tbody>
          {thresholds.map((least) => {
            const { share: part, right } = above(certainty, least);
            return (
              <tr key={least}>
                <th scope="row">{least === 0 ? "any" : `≥ ${least}`}</th>
                <td>{share(part)}</td>
                {labelled && <td>{right === undefined ? "—" : share(right)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
