import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { complaintsOfAxe } from '#test/support/axe.ts';
import { startApp, type App } from '#test/support/app.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { daysAgo, importPast, kerbsOf, unitsOf, type PastCase } from '#test/support/past.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { openSite, type Job, type Site } from '#test/support/site.ts';

/*
 * The closure board with the figures of a published bulletin (天门, December 2016): 972 cases due, 911 closed, 737 of them
 * on time; 956 and 902 of them events, 16 and 9 components. Two of the closed lie alone on a street of their own.
 */
describe.skipIf(missingBrowser !== null)('the closure board', () => {
	let site: Site;
	let app: App;
	let browser: Browser;
	let unit = { name: '', name_en: null as string | null };
	let idleUnit = { name: '', name_en: null as string | null };
	let lonely = { street: '', streetEn: null as string | null };
	const troubles: string[] = [];

	beforeAll(async () => {
		site = await openSite('embedded', { fsync: false });
		const home = await site.open();
		try {
			const kerbs = await kerbsOf(home);
			const units = await unitsOf(home);
			unit = units.at(-1)!;
			idleUnit = units.at(-2)!;
			const usual = kerbs[0]!;
			lonely = kerbs.find(({ street }) => street !== usual.street)!;
			await importPast(
				home,
				bulletin(unit.name, (i) => (i < 2 ? kerbs.find(({ street }) => street === lonely.street)! : usual))
			);
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

	function bulletin(unitName: string, kerb: (i: number) => { lng: number; lat: number }): PastCase[] {
		return Array.from({ length: 972 }, (_, i) => {
			// Components are the last sixteen; nine of them are closed. Of all closed, 737 are on time.
			const isComponent = i >= 956;
			const isClosed = isComponent ? i < 965 : i < 902;
			const isOnTime = i < 737;
			const { lng, lat } = kerb(i);
			const past: PastCase = {
				key: `case-${i}`,
				category: isComponent ? '0504' : '0551',
				lng,
				lat,
				status: isClosed ? 'closed' : i >= 902 && i < 914 ? 'suspended' : 'handling',
				opened_at: daysAgo(12.2),
				filed_at: daysAgo(12.1),
				dispatched_at: daysAgo(12),
				due_at: daysAgo(5),
				handling_at: daysAgo(11),
				unit: unitName
			};
			if (past.status === 'suspended') past.review_at = daysAgo(-9);
			if (!isClosed) return past;
			const closedAt = isOnTime ? 6 : 3;
			return { ...past, handled_at: daysAgo(closedAt + 0.1), closed_at: daysAgo(closedAt) };
		});
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
			// The desk, where people come in, says that it draws no map here.
			const isAboutMap = message.text().includes('WebGL2 is required');
			if (message.type() === 'error' && !isAboutMap) troubles.push(message.text());
		});
		page.on('pageerror', (error) => troubles.push(String(error)));
		page.on('request', (request) => {
			if (!request.url().startsWith(app.url)) troubles.push(`another host: ${request.url()}`);
		});
		await signInUnseen(context, app.url, site.people[job]);
		return page;
	}

	async function open(page: Page, path: string): Promise<void> {
		await page.goto(app.url + path);
		await page.locator('h1').waitFor();
		await page.waitForLoadState('networkidle');
	}

	/** What reaches past a phone's screen and does not scroll in a box of its own. */
	const tooWide = (page: Page) =>
		page.evaluate(() => {
			const { scrollWidth, clientWidth } = document.documentElement;
			if (scrollWidth <= clientWidth) return [];
			const wide = [...document.querySelectorAll('main *')].filter(
				(one) => one.getBoundingClientRect().right > clientWidth
			);
			return wide.slice(0, 12).map((one) => `${one.tagName}.${one.getAttribute('class')}`);
		});
	const day = (ago: number) => daysAgo(ago).slice(0, 10);
	const nameOf = (thing: { name: string; name_en: string | null }) => thing.name_en ?? thing.name;
	const row = (page: Page, name: string) =>
		page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });

	it('shows the bulletin to two decimals, of the city and of its unit', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit');
		await page.getByRole('button', { name: /^Closure rate 93\.72% 911 ÷ 972/ }).waitFor();
		await page.getByRole('button', { name: /^On-time closure rate 75\.82% 737 ÷ 972/ }).waitFor();
		await row(page, nameOf(unit)).getByRole('button', { name: 'Closure rate 93.7%' }).waitFor();
		await row(page, nameOf(unit)).getByRole('button', { name: 'Due 972' }).waitFor();
		await page.context().close();
	}, 120_000);

	it('takes approved suspensions out of the denominator under the Jinhua rule', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit&indicator=on_time');
		await page.getByLabel('On-time rule').selectOption('minus_suspended');
		await page.waitForURL(/rule=minus_suspended/);
		await page.getByRole('button', { name: /^On-time closure rate 76\.77% 737 ÷ 960/ }).waitFor();
		await page.context().close();
	}, 120_000);

	it('by category: events 94.35 %, components 56.25 % with the interval 33.2–76.9', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit&category=0551');
		await page.getByRole('button', { name: /^Closure rate 94\.35% 902 ÷ 956/ }).waitFor();
		await open(page, '/board?by=unit&category=0504');
		await page.getByRole('button', { name: /^Closure rate 56\.25% 9 ÷ 16/ }).waitFor();
		await row(page, nameOf(unit)).getByText('33.2%–76.9%').waitFor();
		await page.context().close();
	}, 120_000);

	it('calls two of two too few, and nothing due “—”, never 0 %', async () => {
		const page = await as('dispatcher');
		await open(page, '/board');
		const few = row(page, lonely.streetEn ?? lonely.street);
		await few.getByRole('button', { name: 'Closure rate Too few cases' }).waitFor();
		await few.getByText('not ranked').waitFor();
		await open(page, '/board?by=unit');
		await page.getByRole('button', { name: 'List all' }).click();
		await row(page, nameOf(idleUnit)).getByRole('button', { name: 'Closure rate —' }).waitFor();
		expect(await row(page, nameOf(idleUnit)).innerText()).not.toContain('%');
		await page.context().close();
	}, 120_000);

	it('opens the definition of any number by keyboard, and gives the focus back', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit');
		const first = row(page, nameOf(unit)).getByRole('button', { name: 'Closure rate 93.7%' });
		await first.focus();
		await page.keyboard.press('ArrowRight');
		await page.keyboard.press('ArrowLeft');
		await page.keyboard.press('Enter');
		const dialog = page.getByRole('dialog', { name: 'Closure rate' });
		await dialog.getByText('93.72%').waitFor();
		const text = await dialog.innerText();
		for (const part of [nameOf(unit), '911', '972', 'closed ÷ due', 'read at', '30 days', 'rate.closure'])
			expect(text).toContain(part);
		await page.keyboard.press('Escape');
		await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('93.7%');
		await page.context().close();
	}, 120_000);

	it('keeps every choice in the address, and works before scripts', async () => {
		const page = await as('dispatcher');
		await open(page, '/board');
		await page.getByRole('link', { name: 'Units' }).click();
		await page.waitForURL(/by=unit/);
		await page.getByRole('columnheader', { name: 'Overdue now' }).getByRole('link').click();
		await page.waitForURL(/sort=overdue/);
		const { storageState } = { storageState: await page.context().storageState() };
		const plain = await browser.newContext({ javaScriptEnabled: false, locale: 'en', storageState });
		const still = await plain.newPage();
		await still.goto(page.url());
		await row(still, nameOf(unit)).getByText('93.7%').waitFor();
		await still.getByLabel('Period', { exact: true }).selectOption('custom');
		await still.getByRole('button', { name: 'Show' }).click();
		await still.getByText('needs both a first and a last day').waitFor();
		await plain.close();
		await page.context().close();
	}, 120_000);

	it('leaves as a table that holds what is on the screen', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit');
		const csv = await page.request.get(`${app.url}/board/export?by=unit&format=csv`, {
			headers: { 'accept-language': 'en' }
		});
		const text = await csv.text();
		expect(text.charCodeAt(0)).toBe(0xfeff);
		const line = text.split('\r\n').find((one) => one.startsWith(nameOf(unit)))!;
		expect(line).toContain(',911,972,0.937243,');
		const book = await page.request.get(`${app.url}/board/export?by=unit&format=xlsx`);
		expect((await book.body()).subarray(0, 2).toString()).toBe('PK');
		const word = await page.request.get(`${app.url}/board/export?by=unit&format=docx`);
		expect(word.headers()['content-type']).toContain('wordprocessingml');
		expect((await word.body()).subarray(0, 2).toString()).toBe('PK');
		await page.context().close();
	}, 120_000);

	it('leads from a number to its definition, its parts, its cases and when it was read', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit');
		await page.getByRole('button', { name: /^On-time closure rate 75\.82%/ }).click();
		await page.getByRole('dialog').getByRole('link', { name: 'See its parts and cases' }).click();
		await page.waitForURL(/\/numbers\/rate\.on_time$/);
		const main = page.getByRole('main');
		await main.getByText('75.82%').waitFor();
		for (const part of ['rate.on_time', 'version 1', '737', '972', 'read at', 'log position'])
			expect(await main.innerText()).toContain(part);
		await page.getByText('737 in all, the newest 200 listed').waitFor();
		await page.getByRole('link', { name: /^Due\s*972/ }).click();
		await page.getByText('972 in all, the newest 200 listed').waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
		const csv = await page.request.get(`${app.url}/numbers/rate.on_time/export?part=on_time`);
		expect((await csv.text()).trim().split('\r\n')).toHaveLength(738);
		await page.goto(`${app.url}/numbers`);
		await page.getByText('56.25%').or(page.getByText('93.72%')).first().waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
		expect((await page.goto(`${app.url}/numbers/rate.luck`))?.status()).toBe(404);
		troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('404')));
		await page.context().close();
	}, 120_000);

	it('is cut by any filter, and says so', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit&source=import');
		await page.getByRole('button', { name: /^Closure rate 93\.72% 911 ÷ 972/ }).waitFor();
		await page.getByText('Reported first by: Import').waitFor();
		await page.getByLabel('Found on patrol').selectOption('only');
		await page.waitForURL(/patrol=only/);
		await page.getByRole('button', { name: /^Closure rate — 0 ÷ 0/ }).waitFor();
		await page.context().close();
	}, 120_000);

	it('compares two periods with the interval of the difference', async () => {
		const page = await as('dispatcher', { viewport: { width: 390, height: 844 } });
		await open(page, '/board/compare?by=unit&period=custom&from=' + day(9) + '&to=' + day(0));
		const city = row(page, 'Whole city');
		await city.getByText('÷').first().waitFor();
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
		expect(await complaintsOfAxe(page)).toEqual([]);
		await page.context().close();
	}, 120_000);

	it('shows trends as a control chart, a funnel and small multiples', async () => {
		const page = await as('dispatcher');
		await open(page, '/board/trends?by=unit');
		await page.getByRole('img', { name: 'Control chart: Closure rate' }).waitFor();
		await page.getByRole('img', { name: 'Funnel plot · Closure rate' }).waitFor();
		await page.getByRole('link', { name: nameOf(unit), exact: true }).waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
		await page.setViewportSize({ width: 390, height: 844 });
		await expect.poll(() => tooWide(page)).toEqual([]);
		await page.context().close();
	}, 120_000);

	it('drills to the own page of a unit and of a street', async () => {
		const page = await as('dispatcher');
		await open(page, '/board?by=unit');
		await page
			.getByRole('rowheader', { name: nameOf(unit), exact: true })
			.getByRole('link')
			.click();
		await page.waitForURL(/\/board\/unit\/\d+\?below=without$/);
		await page.getByRole('link', { name: /^Closure rate 93\.72% 911 ÷ 972/ }).waitFor();
		expect(await complaintsOfAxe(page)).toEqual([]);
		await page
			.getByRole('rowheader', { name: lonely.streetEn ?? lonely.street })
			.getByRole('link')
			.click();
		await page.waitForURL(/\/board\/street\/\d+/);
		await page.getByRole('heading', { name: 'By segment' }).waitFor();
		await page.setViewportSize({ width: 390, height: 844 });
		await expect.poll(() => tooWide(page)).toEqual([]);
		await page.context().close();
	}, 120_000);

	it('is read at the wall too, and by nobody who has no business with it', async () => {
		const wall = await as('wall');
		await open(wall, '/board');
		await wall.getByText('93.72%').first().waitFor();
		await wall.context().close();
		const team = await as('team');
		expect((await team.goto(`${app.url}/board`))?.status()).toBe(403);
		expect((await team.request.get(`${app.url}/board/export`)).status()).toBe(403);
		await team.context().close();
		// The refusal itself is told in the console.
		troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('403')));
	}, 120_000);

	it.each([
		['zh-CN', 390, '样本不足'],
		['en', 390, 'Too few cases'],
		['zh-CN', 1920, '样本不足'],
		['en', 1920, 'Too few cases']
	])(
		'is clean by axe and fits its screen: %s at %i',
		async (locale, width, words) => {
			const page = await as('dispatcher', { viewport: { width, height: 844 }, locale });
			await open(page, '/board');
			await page.getByText(words).first().waitFor();
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
			expect(await complaintsOfAxe(page)).toEqual([]);
			await page.context().close();
		},
		120_000
	);

	it('said nothing in the console and asked no other host', () => {
		expect(troubles).toEqual([]);
	});
});
