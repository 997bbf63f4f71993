// `npm run bench`: lists the benchmarks, each a program of its own in bench/.
//
//   npm run bench                       the list
//   npm run bench live                  one of them, in full
//   node bench/run.ts --sample          all of them, just long enough to see that they still run

import { runPrograms } from '../test/support/programs.ts';

await runPrograms(import.meta.dirname, 'benchmark', process.argv.slice(2));
