import { defineConfig } from 'vitest/config';

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
					testTimeout: 20_000,
					hookTimeout: 60_000
				}
			},
			{
				test: {
					name: 'conformance',
					include: ['test/conformance/**/*.test.ts'],
					environment: 'node',
					testTimeout: 30_000,
					hookTimeout: 120_000
				}
			},
			{
				test: {
					name: 'database',
					include: ['test/{permissions,workflow,fuzz}/**/*.test.ts'],
					environment: 'node',
					testTimeout: 60_000,
					hookTimeout: 120_000
				}
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.ts'],
					environment: 'node',
					// Each file starts servers and a browser; two at a time would only slow each other down.
					fileParallelism: false,
					testTimeout: 120_000,
					hookTimeout: 180_000
				}
			}
		]
	}
});
