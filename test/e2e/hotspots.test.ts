import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { daysAgo, importPast, kerbsOf, unitsOf, type Kerbside, type PastCase } from '#test/support/past.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { openSite, type Job, type Site } from '#test/support/site.ts';

/*
 * A city with twelve weeks of reports: a few everywhere, and many on the streets around one place. One spot reports daily.
 */
describe.skipIf(missingBrowser !== null)('hotspots and the forecast', () => {
	let site: Site;
	let app: App;
	let browser: Browser;
	let busy: Kerbside;
	const troubles: string[] = [];

	beforeAll(async () => {
		site = await openSite('embedded', { fsync: false });
		const home = await site.open();
		try {
			const kerbs = await kerbsOf(home);
			const units = await unitsOf(home);
			// The middle of the city, so that there are streets on all sides.
			const mean = (of: (kerb: Kerbside) => number) =>
				kerbs.reduce((sum, kerb) => sum + of(kerb), 0) / kerbs.length;
			const [lng, lat] = [mean((kerb) => kerb.lng), mean((kerb) => kerb.lat)];
			const near = [...kerbs].sort(
				(a, b) => Math.hypot(a.lng - lng, a.lat - lat) - Math.hypot(b.lng - lng, b.lat - lat)
			);
			busy = near[0]!;
			await importPast(home, past(kerbs, near.slice(0, 14), units.at(-1)!.name));
		} finally {
			await home.close();
		}
		app = await startApp({ dataDir: site.dataDir, demo: false, limitMs: 400_000 });
		browser = await openBrowser(WITHOUT_MAPS);
	}, 500_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
		await site?.close();
	}, 60_000);

	function past(kerbs: Kerbside[], cluster: Kerbside[], unit: string): PastCase[] {
		const cases: PastCase[] = [];
		const add = ({ lng, lat }: Kerbside, days: number, category = '0551') =>
			cases.push({
				key: `case-${cases.length}`,
				...{ category, lng, lat, unit, status: 'closed' },
				...{ opened_at: daysAgo(days), filed_at: daysAgo(days), dispatched_at: daysAgo(days - 0.01) },
				...{ due_at: daysAgo(days - 2), handling_at: daysAgo(days - 0.02) },
				...{ handled_at: daysAgo(days - 0.05), closed_at: daysAgo(days - 0.06) }
			});
		for (let i = 0; i < 400; i++) add(kerbs[(i * 37) % kerbs.length]!, 2 + ((i * 13) % 82));
		for (let i = 0; i < 500; i++)
			add(cluster[(i * 5) % cluster.length]!, 2 + ((i * 7) % 80) + (i % 9) * 0.1, '0504');
		for (let day = 2; day < 60; day++) add(kerbs[kerbs.length - 1]!, day, '0509');
		return cases;
	}

	async function as(job: Job, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		const page = await context.newPage();
		page.setDefaultTimeout(30_000);
		page.on('console', (message) => {
			const isAboutMap = message.text().includes('WebGL2 is required');
			if (message.type() === 'error' && !isAboutMap) troubles.push(message.text());
		});
		page.on('pageerror', (error) => troubles.push(String(error)));
		page.on('request', (request) => {
			if (!request.url().startsWith(app.url) && !request.url().startsWith('blob:'))
				troubles.push(`another host: ${request.url()}`);
		});
		await signInUnseen(context, app.url, site.people[job]);
		return page;
	}

	async function open(page: Page, path = '/hotspots'): Promise<void> {
		await page.goto(app.url + path);
		await page.locator('[data-judged=true]').waitFor({ timeout: 60_000 });
	}

	const reports = (page: Page) =>
		page
			.getByRole('button', { name: /^[\d,]+$/ })
			.first()
			.innerText();

	it('finds the planted cluster, and says why it is hot', async () => {
		const page = await as('dispatcher');
		await open(page);
		await page.getByRole('heading', { name: /^[1-9]\d* significant hotspots?$/ }).waitFor();
		const name = busy.streetEn ?? busy.street;
		await page.getByRole('button', { name, exact: true }).first().click();
		await page.getByRole('heading', { name: `${name}: why is it hot?` }).waitFor();
		await page.getByText('Significant: chance hardly').waitFor();
		await page.getByText(/Cases within 150 m: [1-9]/).waitFor();
		expect(await page.getByText('is beyond chance. The nearest').count()).toBe(0);
		await page.context().close();
	}, 120_000);

	it('recomputes as the brush moves, and keeps the choice in the address', async () => {
		const page = await as('dispatcher');
		await open(page);
		const all = Number((await reports(page)).replaceAll(',', ''));
		await page.getByRole('slider', { name: 'First day' }).focus();
		for (let i = 0; i < 4; i++) await page.keyboard.press('PageUp');
		await expect.poll(async () => Number((await reports(page)).replaceAll(',', ''))).toBeLessThan(all);
		await page.waitForURL(/from=20\d\d-\d\d-\d\d/);
		await page.locator('[data-judged=true]').waitFor();
		const some = await reports(page);
		await page.reload();
		await page.locator('[data-judged=true]').waitFor({ timeout: 60_000 });
		expect(await reports(page)).toBe(some);
		await page.getByLabel('Unlicensed hawker').or(page.getByRole('checkbox').first()).first().check();
		await page.waitForURL(/category=/);
		await page.context().close();
	}, 120_000);

	it('shuffles a hundred times and shows how often there was a false alarm', async () => {
		const page = await as('wall');
		await open(page);
		await page.getByRole('button', { name: 'Shuffle 100 times' }).click();
		const result = page.getByText(/^Of 100 shuffled maps (\d+) had false alarms/);
		await result.waitFor({ timeout: 60_000 });
		const runs = Number(/maps (\d+) had/.exec(await result.innerText())![1]);
		// The rate is 5 %; 15 of 100 would be past any luck.
		expect(runs).toBeLessThan(15);
		await page.context().close();
	}, 120_000);

	it('leaves as the same table for two people', async () => {
		const texts = await Promise.all(
			(['dispatcher', 'wall'] as const).map(async (job) => {
				const page = await as(job);
				await open(page, '/hotspots?view=segments');
				const waiting = page.waitForEvent('download');
				await page.getByRole('button', { name: 'Export CSV' }).click();
				const stream = await (await waiting).createReadStream();
				const parts: Buffer[] = [];
				for await (const part of stream) parts.push(part as Buffer);
				await page.context().close();
				return Buffer.concat(parts).toString('utf8');
			})
		);
		const [one, two] = texts.map((text) => text.split('\r\n').filter((line) => !line.startsWith('Read at')));
		expect(one).toEqual(two);
		expect(texts[0]!.charCodeAt(0)).toBe(0xfeff);
		expect(texts[0]).toContain('seed 20161');
		expect(one!.length).toBeGreaterThan(20);
	}, 120_000);

	it('sets aside the place that reports daily, says so, and counts it when asked', async () => {
		const page = await as('dispatcher');
		await open(page);
		await page.getByText(/^daily: 58 reports on \d+ of \d+ days/).waitFor();
		const without = Number((await reports(page)).replaceAll(',', ''));
		await page.getByLabel('Count them all the same').check();
		await expect
			.poll(async () => Number((await reports(page)).replaceAll(',', '')))
			.toBeGreaterThan(without + 40);
		await page.waitForURL(/doubtful=in/);
		await page.context().close();
	}, 120_000);

	it('never shows heat and significance in one legend', async () => {
		const page = await as('dispatcher');
		await open(page);
		await page.getByRole('group', { name: 'Significant hotspots' }).waitFor();
		await page.getByRole('link', { name: 'Heat', exact: true }).click();
		await page.getByRole('group', { name: 'Report density' }).waitFor();
		expect(await page.getByRole('group', { name: 'Significant hotspots' }).count()).toBe(0);
		await page.getByRole('table', { name: 'Reports by street' }).waitFor();
		await page.getByRole('link', { name: 'Emerging' }).click();
		await page.getByText(/weeks from 20.*space–time permutation scan/).waitFor({ timeout: 60_000 });
		await page.getByRole('link', { name: 'Groups' }).click();
		await page.getByRole('heading', { name: /^[1-9]\d* groups?$/ }).waitFor({ timeout: 60_000 });
		await page.getByRole('link', { name: 'Heat along streets' }).click();
		await page.getByRole('group', { name: 'Density along streets' }).waitFor();
		await page.context().close();
	}, 120_000);

	it('forecasts the coming week and prints how good that has been', async () => {
		const page = await as('dispatcher');
		await page.goto(`${app.url}/forecast`);
		await page.getByText(/In the whole city [\d.,]+ reports are expected/).waitFor({ timeout: 60_000 });
		await page.getByLabel('Hours', { exact: true }).selectOption('5');
		await page.getByText(/nine in ten: \d+–\d+/).waitFor();
		await page
			.getByRole('table', { name: /^Backtest/ })
			.or(page.getByText('nobody can say yet how good this is'))
			.first()
			.waitFor({ timeout: 60_000 });
		expect(await complaintsOfAxe(page)).toEqual([]);
		await page.context().close();
	}, 120_000);

	it('is for nobody who has no business with it', async () => {
		const team = await as('team');
		for (const path of ['/hotspots', '/forecast'])
			expect((await team.goto(app.url + path))?.status()).toBe(403);
		for (const path of ['ground', 'spots', 'around?lng=119.4&lat=32.7&radius=100'])
			expect((await team.request.get(`${app.url}/hotspots/${path}`)).status()).toBe(403);
		expect((await team.request.get(`${app.url}/hotspots/spots?after=x`)).status()).toBe(422);
		await team.context().close();
		troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('403')));
	}, 120_000);

	it.each([
		['en', 390],
		['zh-CN', 1920]
	])(
		'is clean by axe and fits its screen: %s at %i',
		async (locale, width) => {
			const page = await as('dispatcher', { viewport: { width, height: 844 }, locale });
			await open(page);
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
			expect(await complaintsOfAxe(page)).toEqual([]);
			await page.goto(`${app.url}/forecast`);
			await page.locator('[data-ready=true]').waitFor({ timeout: 60_000 });
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
			await page.context().close();
		},
		120_000
	);

	it('said nothing in the console and asked no other host', () => {
		expect(troubles).toEqual([]);
	});
});
