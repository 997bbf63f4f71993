// `npm run bench`: lists the benchmarks, each a program of its own in bench/.
//
//   npm run bench                       the list
//   npm run bench live                  one of them, in full
//   node bench/run.ts --sample          all of them, just long enough to see that they still run
//   BENCH_DAY=20261 node bench/run.ts --sample    every other one, as `npm test` does: the rest on the next day

import { runPrograms } from '../test/support/programs.ts';

const day = process.env.BENCH_DAY;
await runPrograms(
	import.meta.dirname,
	'benchmark',
	process.argv.slice(2),
	(index) => day === undefined || (index + Number(day)) % 2 === 0
);
