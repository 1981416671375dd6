/** Characters of a text that stand for it where its rows are told apart. */
const shownCharacters = 200;

/** The first characters of a text on one line. */
export function beginning(text: string): string {
  // Not the whole of a long text is split.
  const characters = [
    ...text
      .slice(0, 4 * shownCharacters)
      .replace(/\s+/g, " ")
      .trim(),
  ];
  return characters.length <= shownCharacters
    ? characters.join("")
    : `${characters.slice(0, shownCharacters - 1).join("")}…`;
}
