import { z } from "zod";

/** A number or null, which JSON has instead of NaN; read as NaN. */
export const nullableNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
