// The page that `ganatomy paint` serves.

import { start } from "./app.js";
import { ServerEngine } from "./engines/server.js";

start(new ServerEngine(), new URLSearchParams(location.search).get("layer"));
