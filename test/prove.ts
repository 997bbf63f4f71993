// `npm run prove`: lists the long proofs, each a program of its own in test/prove/.
//
//   npm run prove                                  the list
//   npm run prove identities                       one of them, in full
//   npm run prove identities -- --seed 7           with a seed that was printed before
//   node test/prove.ts --sample --seed 7           all of them, on small samples; what `npm test` does

import { join } from 'node:path';
import { runPrograms } from './support/programs.ts';
import { ROOT } from './support/tools.ts';

await runPrograms(join(ROOT, 'test/prove'), 'proof', process.argv.slice(2));
