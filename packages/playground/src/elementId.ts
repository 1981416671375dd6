/** Id of the element on the page that the playground fills. */
export const playgroundId = "playground-open";
