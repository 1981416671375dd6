/** A folder of the user's files: a subfolder per class or none, under train/ and test/ or not. */
import { join } from "node:path";
import { filesBelow } from "@gumbel/workspace";
import { unreadable } from "./problem.js";

export interface FolderFile {
  path: string;
  /** Its path inside the folder, with slashes. */
  name: string;
  /** Name of its subfolder; null if it is in none. */
  label: string | null;
  split: "train" | "test";
}

/** The files of one kind in a folder, training before test. @throws UserError if there are none. */
export async function listFolder(
  folder: string,
  accept: (name: string) => boolean,
  kind: string,
): Promise<FolderFile[]> {
  const names = (await filesBelow(folder)).filter(accept);
  if (names.length === 0)
    throw unreadable(folder, `the folder has no ${kind}`, `${kind}, a subfolder per class or none`);
  const isSplit = names.every((name) => /^(train|test)\//.test(name));
  const files = names.map((name): FolderFile => {
    const [top, ...rest] = name.split("/");
    const inside = isSplit ? rest : [top!, ...rest];
    return {
      path: join(folder, name),
      name,
      label: inside.length > 1 ? inside[0]! : null,
      split: isSplit && top === "test" ? "test" : "train",
    };
  });
  return [
    ...files.filter(({ split }) => split === "train"),
    ...files.filter(({ split }) => split === "test"),
  ];
}

/** Names of the columns that stand for a folder's structure. */
export const folderColumns = { file: "file", label: "folder", split: "split", text: "text" } as const;
