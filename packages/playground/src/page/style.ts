/** The playground's style; it uses the variables of the report's. */
export const style = `
.play-part + .play-part { margin-top: 2.4rem; padding-top: 1.8rem; border-top: 1px solid var(--line); }
.play-part h3 { margin-bottom: .8rem; font-size: 1rem; }
.play-picture { image-rendering: pixelated; display: block; background: #000; width: 56px; height: auto; }
.play-picture.none { background: none; outline: 1px dashed var(--line); outline-offset: -1px; }
.play-picture.large { width: min(100%, 17.5rem); } .play-picture.medium { width: 7rem; }
fieldset.play-clusters { border: 0; margin: 0 0 1.2rem; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(3.9rem, 1fr)); gap: .5rem; }
.play-clusters legend { font-size: .84rem; color: var(--soft); padding: 0; margin-bottom: .4rem; }
.play-clusters label { position: relative; display: grid; justify-items: center; gap: .3rem; padding: .45rem .2rem .3rem; border: 1px solid transparent; border-radius: .4rem; cursor: pointer; font-size: .74rem; line-height: 1.25; text-align: center; color: var(--soft); }
.play-clusters b { display: block; color: var(--ink); font-size: .9rem; }
.play-clusters label:hover { background: var(--card); }
.play-clusters input { position: absolute; opacity: 0; inset: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
.play-clusters label:has(:checked) { border-color: var(--accent); background: var(--card); }
.play-clusters label:has(:focus-visible) { outline: 2px solid var(--accent); outline-offset: 1px; }
.play-bench { display: grid; grid-template-columns: minmax(0, 17.5rem) minmax(0, 1fr); gap: 1.4rem 2rem; align-items: start; }
.play-sliders label { display: grid; grid-template-columns: 9.2rem minmax(4rem, 1fr) 3rem; gap: .8rem; align-items: center; font-size: .88rem; padding: .22rem 0; }
.play-sliders label.ended { grid-template-columns: 9.2rem 2.1rem minmax(4rem, 1fr) 2.1rem 3rem; } .play-sliders canvas { width: 2.1rem; height: auto; }
.play-sliders small, .play-verdict small { color: var(--soft); font-weight: 400; }
.play-sliders input { width: 100%; margin: 0; accent-color: var(--accent); height: 1.6rem; cursor: pointer; }
.play-sliders output { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); }
.play-buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .8rem 0; }
.play-pad { max-width: 17.5rem; cursor: crosshair; touch-action: none; } .play-pad canvas { width: 100%; height: auto; display: block; background: #000; }
.play-pair { display: flex; flex-wrap: wrap; gap: 1rem 1.4rem; margin-bottom: 1rem; } .play-pair figcaption { max-width: 11rem; }
.play-seen { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15.5rem), 1fr)); gap: 1.2rem 2rem; } .play-seen > :first-child { margin: 0; }
.play-verdict { display: block; font-weight: 650; margin-bottom: .3rem; }
.play-bars { list-style: none; margin: 0; padding: 0; font-size: .8rem; }
.play-bars li { display: grid; grid-template-columns: 6.6rem minmax(2rem, 1fr) 3.4rem; gap: .6rem; align-items: center; line-height: 1.55; color: var(--soft); font-variant-numeric: tabular-nums; }
.play-bars li.most { color: var(--ink); } .play-bars li > :last-child { text-align: right; } .play-bars li > :first-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.play-bars i { height: .5rem; background: var(--line); } .play-bars b { display: block; height: 100%; background: var(--accent); }
.play-strip { margin-top: 1.3rem; }
.play-strip figcaption, .play-seen figcaption { margin: 0 0 .4rem; } .play-pair figcaption { margin: .3rem 0 0; }
.play-strip ul, .play-neighbours { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: .5rem; font-size: .74rem; color: var(--soft); text-align: center; }
@media (max-width: 40rem) {
  .play-bench { grid-template-columns: minmax(0, 1fr); }
  .play-bench > .play-drawn { position: sticky; top: 2.6rem; z-index: 1; padding: .4rem 0; background: var(--paper); } .play-drawn .large { width: 10rem; }
  .play-sliders label, .play-sliders label.ended { grid-template-columns: 7.6rem minmax(3rem, 1fr) 2.6rem; gap: .5rem; } .play-sliders canvas { display: none; }
  .play-sliders input { height: 2rem; }
}
`;
