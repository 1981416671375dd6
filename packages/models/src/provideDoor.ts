/** The name under which a user's compiled system finds what it imports of ours, which must be there once and wherever we lie. */
export const doorName = "@gumbel/models/system";

/** Lets the compiled systems of users, which are loaded after, find `door`. */
export function provideDoor(door: object): void {
  Object.assign(globalThis, { [Symbol.for(doorName)]: door });
}
