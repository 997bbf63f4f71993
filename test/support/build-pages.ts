import { buildIfChanged } from '../../src/cli/build.ts';
import { ROOT } from './tools.ts';

/** Builds the pages that tests serve, unless they are built already: once, before two files want them at the same time. */
export async function buildPages(print: (line: string) => void): Promise<void> {
	await buildIfChanged(ROOT, process.env.BUILD_DIR ?? 'build', () => print('Building the web application…'))
		.done;
}
