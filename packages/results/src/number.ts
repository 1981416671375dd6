import { z } from "zod";

/** JSON has no NaN: what was one stands there as null. */
export const nullableNumber = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);
