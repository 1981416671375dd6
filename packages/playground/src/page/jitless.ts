/** Without this, zod would try to compile code, which the page's policy forbids, and the browser would log an error. */
import { config } from "zod";

config({ jitless: true });
