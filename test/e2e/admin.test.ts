import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe, WCAG } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';
import { ROOT } from '#test/support/tools.ts';

/*
 *   1 ──金桥路── 2 ──金桥路── 3
 *                │
 *              泰北路
 *                │
 *                4
 */
const city = `<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="32.790" lon="119.450"/><node id="2" lat="32.790" lon="119.460"/>
 <node id="3" lat="32.790" lon="119.470"/><node id="4" lat="32.780" lon="119.460"/>
 <node id="9" lat="32.7905" lon="119.4605"><tag k="amenity" v="bus_station"/><tag k="name" v="城北汽车站"/></node>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/><tag k="name" v="金桥路"/></way>
 <way id="11"><nd ref="2"/><nd ref="4"/><tag k="highway" v="residential"/><tag k="name" v="泰北路"/></way>
</osm>`;
const square = (west: number, east: number) => [
	[
		[west, 32.785],
		[east, 32.785],
		[east, 32.795],
		[west, 32.795],
		[west, 32.785]
	]
];
const areas = JSON.stringify({
	type: 'FeatureCollection',
	features: [
		{
			type: 'Feature',
			properties: { 网格: '东网格', 单位: '一中队' },
			geometry: { type: 'Polygon', coordinates: square(119.4605, 119.475) }
		},
		{
			type: 'Feature',
			properties: { 网格: '西网格', 单位: '二中队' },
			geometry: { type: 'Polygon', coordinates: square(119.445, 119.46) }
		}
	]
});
const crossed = JSON.stringify({
	type: 'FeatureCollection',
	features: [
		{
			type: 'Feature',
			properties: { 网格: '交叉' },
			geometry: {
				type: 'Polygon',
				coordinates: [
					[
						[119.45, 32.785],
						[119.46, 32.795],
						[119.46, 32.785],
						[119.45, 32.795],
						[119.45, 32.785]
					]
				]
			}
		}
	]
});
const file = (name: string, text: string) => ({
	name,
	mimeType: 'application/octet-stream',
	buffer: Buffer.from(text)
});

/* An administrator with no code and no command but one: from an empty installation to a city. */
describe.skipIf(missingBrowser !== null)('an empty city, set up from the pages', () => {
	let app: App;
	let browser: Browser;
	let page: Page & { faults: string[] };

	beforeAll(async () => {
		app = await startApp({ demo: false, limitMs: 280_000 });
		browser = await openBrowser();
		page = await visitor();
		// The command speaks to the server that runs: nothing has to be stopped for it.
		const { stdout } = await promisify(execFile)(
			process.execPath,
			['src/cli/staff.ts', 'add', '--login', 'boss', '--name', '负责人', '--role', 'admin', '--role', 'wall'],
			{ cwd: ROOT, env: { ...process.env, DATA_DIR: app.dataDir, DEMO: 'off' } }
		);
		const password = /[a-z2-9]{5}(-[a-z2-9]{5}){3}/.exec(stdout)?.[0];
		await page.goto(`${app.url}/sign-in?next=/admin`);
		await page.locator('input[name=login]').fill('boss');
		await page.locator('input[name=password]').fill(password ?? '');
		await page.locator('input[name=password]').press('Enter');
		await page.waitForURL('**/admin');
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function visitor(): Promise<Page & { faults: string[] }> {
		const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: 'en' });
		const opened = Object.assign(await context.newPage(), { faults: [] as string[] });
		opened.setDefaultTimeout(30_000);
		opened.on('console', (message) => {
			// A form that is refused answers 4xx, and the browser says so.
			if (message.type() === 'error' && !message.text().includes('the server responded with a status of 4'))
				opened.faults.push(message.text());
		});
		opened.on('request', (request) => {
			if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(app.url))
				opened.faults.push(request.url());
		});
		return opened;
	}

	async function send(
		kind: string,
		name: string,
		text: string,
		fill: Record<string, string> = {}
	): Promise<void> {
		await page.goto(`${app.url}/admin/imports?kind=${kind}`);
		await page.locator('input[type=file]').setInputFiles(file(name, text));
		for (const [field, value] of Object.entries(fill)) await page.locator(`input[name=${field}]`).fill(value);
		await page.getByRole('button', { name: 'Look at it first' }).click();
		await page.waitForURL(/\/admin\/imports\/[0-9a-f-]{36}$/);
	}
	const cityName = async () => ((await (await fetch(`${app.url}/api/city`)).json()) as { name: string }).name;
	const figure = (label: string) =>
		page
			.locator('dl div', { has: page.getByText(label, { exact: true }) })
			.locator('dd')
			.first();

	it('says what to do first', async () => {
		await page.getByRole('link', { name: 'Import the streets' }).waitFor();
		expect(await page.getByText('Start it').count()).toBe(0);
		await page.goto(`${app.url}/`);
		await page.locator('main').waitFor();
		expect(page.faults).toEqual([]);
	});

	it('shows what a file would do before anything is written, and writes it when told', async () => {
		await send('city', 'town.osm', city, { city_name: '新城' });
		await page.getByRole('button', { name: 'Import now' }).waitFor();
		expect(await figure('Added').innerText()).toBe('3');
		expect(await cityName()).not.toBe('新城');
		await page.getByRole('button', { name: 'Import now' }).click();
		await page.getByText('Imported', { exact: true }).waitFor();
		// What a city is called is asked again within half a minute or so.
		await expect.poll(cityName, { timeout: 90_000, interval: 2_000 }).toBe('新城');
		await send('city', 'town.osm', city);
		await page.getByRole('button', { name: 'Import now' }).waitFor();
		expect(await figure('Added').innerText()).toBe('0');
		expect(await figure('Unchanged').innerText()).toBe('3');
		expect(page.faults).toEqual([]);
	});

	it('names and draws what is wrong with a file of areas, and imports none of it', async () => {
		await send('areas', 'crossed.geojson', crossed, { name_property: '网格' });
		await page.getByText('refused', { exact: true }).first().waitFor();
		await page.locator('.maplibregl-canvas').waitFor();
		await page.getByRole('button', { name: 'Give up' }).click();
		await page.goto(`${app.url}/admin/areas`);
		await page.getByText('No areas yet').waitFor();
		expect(page.faults).toEqual([]);
	});

	it('takes areas with their units', async () => {
		await send('areas', 'areas.geojson', areas, { name_property: '网格', unit_property: '单位' });
		await page.getByRole('button', { name: 'Import now' }).click();
		await page.getByText('Imported', { exact: true }).waitFor();
		await page.goto(`${app.url}/admin/areas`);
		await page
			.getByRole('row', { name: /东网格/ })
			.getByText('一中队')
			.waitFor();
		await page.goto(`${app.url}/admin/units`);
		await page.getByRole('row', { name: /二中队/ }).waitFor();
	});

	it('refuses what is no file of the kind, in a sentence', async () => {
		await send('city', 'town.osm.pbf', 'this is no map');
		await page.getByText('The file cannot be imported', { exact: true }).waitFor();
		expect((await page.locator('.finding').first().innerText()).length).toBeGreaterThan(20);
		await page.goto(`${app.url}/admin/imports?kind=units`);
		// As a browser that asks for nothing first. (An attribute of the field would be put back when the scripts arrive.)
		await page.evaluate(() => {
			document.querySelector<HTMLInputElement>('input[type=file]')!.form!.noValidate = true;
		});
		await page.getByRole('button', { name: 'Look at it first' }).click();
		await page.getByText('Choose a file first.').waitFor();
		expect(page.faults).toEqual([]);
	});

	it('keeps units, categories and people by hand', async () => {
		await page.goto(`${app.url}/admin/units`);
		await page.getByLabel('Name', { exact: true }).fill('三中队');
		await page.getByRole('button', { name: 'Save' }).click();
		await page.getByRole('row', { name: /三中队/ }).waitFor();

		await page.goto(`${app.url}/admin/categories`);
		await page.getByRole('button', { name: 'Change Car wash on the pavement' }).click();
		await page.getByLabel('Limit (working hours)').fill('10');
		await page.getByRole('button', { name: 'Save' }).click();
		await page.getByText('Saved.').waitFor();
		expect(await page.getByRole('row', { name: /Car wash/ }).innerText()).toContain('10');

		await page.goto(`${app.url}/admin/staff`);
		await page.getByLabel('Name', { exact: true }).fill('李雷');
		await page.getByLabel('Login', { exact: true }).fill('lilei');
		await page.getByLabel('Role', { exact: true }).selectOption('team');
		await page.getByRole('button', { name: 'Add', exact: true }).click();
		await page.getByText('Teams and unit handlers belong to a unit.').waitFor();
		expect(await page.getByLabel('Login', { exact: true }).inputValue()).toBe('lilei');
		await page.getByLabel('Unit', { exact: true }).selectOption('三中队');
		await page.getByLabel('Role', { exact: true }).selectOption('team');
		await page.getByRole('button', { name: 'Add', exact: true }).click();
		const password = await page.locator('.handed code').nth(1).innerText();
		expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
		await page.reload();
		expect(await page.getByText(password).count()).toBe(0);
		await page.getByRole('link', { name: 'End access 李雷' }).click();
		await page.getByRole('button', { name: 'Deactivate', exact: true }).click();
		await page.getByText('Deactivated.').waitFor();
		expect(page.faults).toEqual([]);
	});

	it.each(['zh-CN', 'en'])('reads well with other means than eyes (%s)', async (language) => {
		await page.context().addCookies([{ name: 'kerbside_language', value: language, url: app.url }]);
		for (const path of [
			'',
			'/imports?kind=history',
			'/areas',
			'/units',
			'/categories',
			'/staff',
			'/calendar'
		]) {
			await page.goto(`${app.url}/admin${path}`);
			expect(await complaintsOfAxe(page, { tags: WCAG }), path).toEqual([]);
		}
	});

	it('is closed to everyone else', async () => {
		const stranger = await visitor();
		for (const path of ['', '/imports', '/staff']) {
			await stranger.goto(`${app.url}/admin${path}`);
			expect(new URL(stranger.url()).pathname).toBe('/sign-in');
		}
		await stranger.context().close();
	});
});
