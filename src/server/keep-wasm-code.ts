// While V8 throws away compiled WebAssembly that it has a faster version of, it now and then ends the whole process (Node 22 to
// 26: “Check failed: jit_page_->allocations_.erase(addr) == 1” or “jit_page.has_value()”, nodejs/node#64500). The embedded
// database is WebAssembly, and so is what reads TypeScript at the start of every thread. Kept code costs some megabytes. Imported
// for its effect wherever threads begin; the setting holds for the process, whichever of its threads makes it.
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-wasm-code-gc');
