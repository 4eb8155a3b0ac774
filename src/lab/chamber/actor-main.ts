/** Entry of an actor's thread or process. */
import { act } from "./actor.ts";

await act();
