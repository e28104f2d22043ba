// The page that is one file.

import { start } from "./app.js";
import { PageEngine } from "./engines/page.js";

start(new PageEngine());
