/** Entry of the chamber's process. */
import { serve } from "./child.ts";

await serve();
