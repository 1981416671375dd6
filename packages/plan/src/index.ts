export { makePlans } from "./plans.js";
