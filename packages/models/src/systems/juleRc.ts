import { jule } from "./juleSf.js";

/**
 * JULE-RC: the learned features, clustered again from nearest neighbours up. Its training is JULE-SF's, so that a pipeline
 * that starts from one of JULE-SF needs no epochs of its own.
 */
export default jule("JULE-RC", true);
