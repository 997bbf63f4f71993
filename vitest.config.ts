import { defineConfig } from 'vitest/config';

// As src/server/keep-wasm-code.ts says, for the processes of the tests.
const execArgv = ['--no-wasm-code-gc'];

// The SvelteKit plugin is left out on purpose: what these tests load is what Node itself runs (`#lib` comes from
// package.json), and components are tested in the built application by a real browser.
export default defineConfig({
	test: {
		reporters: ['default'],
		projects: [
			{
				test: {
					name: 'unit',
					include: ['src/**/*.test.ts', 'test/{unit,support,hostile}/**/*.test.ts'],
					environment: 'node',
					execArgv,
					testTimeout: 20_000,
					hookTimeout: 60_000
				}
			},
			{
				test: {
					name: 'conformance',
					include: ['test/conformance/**/*.test.ts'],
					environment: 'node',
					execArgv,
					testTimeout: 30_000,
					hookTimeout: 120_000
				}
			},
			{
				test: {
					name: 'database',
					include: ['test/{permissions,workflow,fuzz}/**/*.test.ts'],
					environment: 'node',
					execArgv,
					testTimeout: 60_000,
					hookTimeout: 120_000
				}
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					globalSetup: ['test/support/prepared.ts'],
					environment: 'node',
					execArgv,
					// Each file starts servers and a browser, and waits for them half of its time: two at a time, no more.
					maxWorkers: 2,
					// A page on a busy machine takes more than the usual second to say what it will say.
					expect: { poll: { timeout: 15_000, interval: 100 } },
					testTimeout: 120_000,
					hookTimeout: 180_000
				}
			}
		]
	}
});
