import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * Journey 3: a registrar at the keyboard. A stall inside a permitted line says so, filing it asks for a reason, the log keeps
 * before and after; several at once; a decision is taken back; two operators do not work one report unknowingly; a call.
 */
describe.skipIf(missingBrowser !== null)('a registrar at the keyboard', () => {
	let app: App;
	let browser: Browser;
	let phone: Phone;

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		phone = await Phone.at(app.url, 12);
	}, 600_000);

	afterAll(async () => {
		phone?.close();
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function as(persona: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
		const context: BrowserContext = await browser.newContext({
			viewport: { width: 1920, height: 1080 },
			locale: 'en',
			...options
		});
		await signInUnseen(context, app.url, { persona });
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		return page;
	}

	/** Reports as phones send them; their ids, the newest last. */
	async function send(count: number, more: object = {}): Promise<string[]> {
		const ids: string[] = [];
		for (let i = 0; i < count; i++) {
			const report = { ...phone.writeReport([]), category: '0504', ...more };
			expect((await phone.sendReport(report)).status).toBe(201);
			ids.push(report.id);
		}
		return ids;
	}

	async function open(page: Page, path: string): Promise<void> {
		await expect.poll(async () => (await page.goto(app.url + path))?.status(), { timeout: 20_000 }).toBe(200);
		await page.waitForFunction(() => document.querySelector('.badge.live') !== null);
	}

	/** A point inside a line where stalls are allowed. */
	async function permittedPlace(page: Page): Promise<{ lng: number; lat: number }> {
		const answer = await page.context().request.get(`${app.url}/desk/areas`);
		const { areas } = (await answer.json()) as {
			areas: { kind: string; geometry: { type: string; coordinates: number[][][] & number[][][][] } }[];
		};
		const line = areas.find(({ kind }) => kind === 'permitted_line')!;
		const ring = (line.geometry.type === 'Polygon'
			? line.geometry.coordinates[0]
			: line.geometry.coordinates[0]![0]) as unknown as [number, number][];
		const corners = ring.slice(0, -1);
		const mean = (at: 0 | 1) => corners.reduce((sum, corner) => sum + corner[at], 0) / corners.length;
		return { lng: mean(0), lat: mean(1) };
	}

	const path = (page: Page) => new URL(page.url()).pathname;
	const bar = (page: Page) => page.locator('.registering');

	it('is told of the permitted line, gives the reason by its number, and the next report opens by itself', async () => {
		const page = await as('registrar');
		const place = await permittedPlace(page);
		const [stall] = await send(1, { ...place, location_source: 'pin' });
		await open(page, `/desk/reports/${stall}?list=inbox`);
		await page.getByText('Inside a permitted line').first().waitFor();

		await page.keyboard.press('f');
		await bar(page).getByText('Inside a permitted line: the reason for filing').waitFor();
		expect(path(page)).toBe(`/desk/reports/${stall}`);
		await page.keyboard.press('1');
		await bar(page).getByText(/File/).first().waitFor();
		await page.waitForURL(
			(url) => url.pathname.startsWith('/desk/reports/') && !url.pathname.endsWith(stall!)
		);

		await page.goto(`${app.url}/desk/reports/${stall}?list=inbox`);
		const filed = page.locator('ol li', { hasText: 'Filed' }).last();
		await filed.getByText('Inside a permitted line, but beyond what is allowed').waitFor();
		await page.context().close();
	}, 60_000);

	it('takes decisions back within the minute, the last first, and the log keeps both', async () => {
		const [earlier, later] = await send(2);
		const page = await as('registrar');
		await open(page, `/desk/reports/${later}?list=inbox`);
		await page.keyboard.press('d');
		await page.keyboard.press('2');
		// The one received before it is next in the list; a key that comes too soon was not meant for it.
		await page.waitForURL(`**/desk/reports/${earlier}**`);
		await bar(page).getByRole('button', { name: /Undo/ }).waitFor();
		await page.waitForTimeout(300);
		await page.keyboard.press('d');
		await page.keyboard.press('2');
		await page.waitForURL((url) => !url.pathname.endsWith(earlier!));
		await page.keyboard.press('u');
		await page.waitForURL(`**/desk/reports/${earlier}**`);
		await bar(page).getByText('1 decision taken back').first().waitFor();
		await page.keyboard.press('u');
		await page.waitForURL(`**/desk/reports/${later}**`);
		const log = page.locator('ol li');
		await log.filter({ hasText: 'Decision taken back' }).waitFor();
		await log.filter({ hasText: 'Outside our duty' }).waitFor();
		await page.locator('article header').getByText('Received', { exact: true }).waitFor();
		await page.context().close();
	}, 60_000);

	it('names a decision whose answer got lost; made again, it is made once', async () => {
		const [id] = await send(1);
		const page = await as('registrar');
		await open(page, `/desk/reports/${id}?list=inbox`);
		await page.route(
			(url) => url.search.includes('/decide'),
			async (route) => {
				await route.fetch({ maxRetries: 2 });
				await route.abort();
			},
			{ times: 1 }
		);
		await page.keyboard.press('v');
		await bar(page).getByText('1 could not be decided').first().waitFor();
		await page.keyboard.press('r');
		await page.waitForURL(`**/desk/reports/${id}**`);
		// It had been made; the same step again is answered as the first would have been.
		await page.locator('article header').getByText('To verify', { exact: true }).waitFor();
		// A key in the first quarter of a second was meant for the report before, and is not heard.
		await page.waitForTimeout(600);
		await page.keyboard.press('v');
		await bar(page)
			.getByText(/: Send to verify/)
			.first()
			.waitFor();
		await page.goto(`${app.url}/desk/reports/${id}?list=inbox&pile=to_verify`);
		await page.locator('ol li', { hasText: 'Report received' }).waitFor();
		expect(await page.locator('ol li', { hasText: 'Sent to be verified' }).count()).toBe(1);
		await page.context().close();
	}, 60_000);

	it('declines several with one reason, and names the one a colleague has open', async () => {
		const ids = await send(3);
		const [page, colleague] = [await as('registrar'), await as('inspector')];
		await open(page, '/desk?list=inbox');
		for (const id of ids) await page.locator(`[data-row="${id}"]`).waitFor();
		// Both learn of each other within seconds; a desk colleague by name, an inspector only that somebody is.
		await open(page, `/desk/reports/${ids[0]}?list=inbox`);
		const [verified] = await send(1);
		await open(page, `/desk/reports/${verified}?list=inbox`);
		await page.keyboard.press('v');
		await page.waitForURL((url) => !url.pathname.endsWith(verified!));
		await open(colleague, `/desk/reports/${verified}?list=inbox&pile=to_verify`);
		await open(page, '/desk?list=inbox&pile=to_verify');
		const held = page.locator(`[data-row="${verified}"]`);
		await held.getByText(/is on it/).waitFor({ timeout: 10_000 });

		await held.focus();
		await page.keyboard.press('x');
		await page.keyboard.press('d');
		await page.keyboard.press('1');
		await bar(page).getByText('1 could not be decided').first().waitFor();
		await bar(page)
			.getByText(/A colleague has this report open/)
			.waitFor();
		await colleague.context().close();

		await open(page, '/desk?list=inbox');
		await page.locator(`[data-row="${ids[2]}"]`).focus();
		await page.keyboard.press('x');
		await page.locator(`[data-row="${ids[0]}"]`).focus();
		await page.keyboard.press('Shift+X');
		await bar(page).getByText('3 selected').first().waitFor();
		await page.keyboard.press('d');
		await page.keyboard.press('5');
		await bar(page).getByText('Decline: 3').first().waitFor();
		for (const id of ids) await page.locator(`[data-row="${id}"]`).waitFor({ state: 'detached' });
		await page.keyboard.press('u');
		await bar(page).getByText('3 decisions taken back').first().waitFor();
		await page.context().close();
	}, 90_000);

	it('does not decide unknowingly what a colleague has open', async () => {
		const [id] = await send(1);
		const page = await as('registrar');
		await open(page, `/desk/reports/${id}?list=inbox`);
		await page.keyboard.press('v');
		await page.waitForURL((url) => !url.pathname.endsWith(id!));
		const inspector = await as('inspector');
		await open(inspector, `/desk/reports/${id}?list=inbox&pile=to_verify`);
		await open(page, `/desk/reports/${id}?list=inbox&pile=to_verify`);
		await page
			.locator('article')
			.getByText(/is on it/)
			.waitFor({ timeout: 10_000 });
		await page.keyboard.press('f');
		await bar(page)
			.getByText(/is on it/)
			.waitFor();
		expect(path(page)).toBe(`/desk/reports/${id}`);
		await page.keyboard.press('1');
		await bar(page).getByText(/File/).first().waitFor();
		await inspector.context().close();
		await page.context().close();
	}, 60_000);

	it('hears no key while somebody types, nor with the keys switched off', async () => {
		const [id] = await send(1);
		const page = await as('registrar');
		await open(page, `/desk/reports/${id}?list=inbox`);
		await page.getByLabel(/Note/).first().fill('d');
		await page.getByLabel(/Note/).first().press('v');
		expect(await page.getByLabel(/Note/).first().inputValue()).toContain('v');
		await page.locator('#content').focus();
		await page.keyboard.press('?');
		await page.getByRole('dialog').getByLabel('Use single-key shortcuts').uncheck();
		await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
		await page.locator('#content').focus();
		await page.keyboard.press('v');
		await page.keyboard.press('d');
		expect(await bar(page).isVisible()).toBe(false);
		await page.locator('article header').getByText('Received', { exact: true }).waitFor();
		await page.context().close();
	}, 60_000);

	it('writes down a call by keyboard and has number, code and PIN to read out', async () => {
		const page = await as('registrar');
		await page.goto(`${app.url}/desk/call`);
		await page.getByLabel('What is it').fill('car wash');
		await page.getByText('Car wash on the pavement', { exact: true }).first().waitFor();
		const streets = (await (await fetch(`${app.url}/snap/streets`)).json()) as {
			streets: { name: string }[];
		};
		await page.keyboard.press('Tab');
		await page.keyboard.type(streets.streets[0]!.name);
		await page.getByText(/m from its line/).waitFor();
		await page.keyboard.press('Tab');
		await page.keyboard.type('Water runs over the pavement');
		await page.keyboard.press('Tab');
		await page.keyboard.type('13812345678');
		await page.keyboard.press('Control+Enter');
		const receipt = page.locator('.receipt');
		await receipt.getByText('Query code').waitFor();
		expect(await receipt.innerText()).toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}/);
		await receipt.getByRole('link', { name: 'Open the report' }).click();
		await page.getByText('by phone number; nobody is named').waitFor();
		await page.getByText('Hotline').first().waitFor();
		await page.context().close();
	}, 60_000);

	it('has nothing for axe to complain about', async () => {
		const [id] = await send(1);
		const page = await as('registrar');
		for (const address of [`/desk/reports/${id}?list=inbox`, '/desk/call', '/desk/words']) {
			await page.goto(app.url + address);
			if (address.includes('reports')) await page.keyboard.press('d');
			expect(await complaintsOfAxe(page, { without: MAP })).toEqual([]);
		}
		await page.context().close();
		const inspector = await as('inspector', { viewport: { width: 390, height: 844 } });
		await inspector.goto(`${app.url}/desk/near`);
		expect(await complaintsOfAxe(inspector)).toEqual([]);
		await inspector.context().close();
	}, 90_000);
});
