export { boundsOf } from "./bounds.js";
export { type Components, principalComponents } from "./pca.js";
export { tsne, tsneSteps, umap, umapPasses } from "./plane.js";
export { fitTsne, type TsneOptions } from "./tsne/tsne.js";
export { fitUmap, type UmapOptions } from "./umap/umap.js";
