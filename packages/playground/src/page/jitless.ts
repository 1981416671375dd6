/** zod tries whether it may compile code; the page's policy forbids that, and the browser would complain of the try. */
import { config } from "zod";

config({ jitless: true });
