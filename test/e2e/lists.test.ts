import type { Browser, BrowserContext, Page } from 'playwright-core';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readWholeTable } from '#lib/city/tables/read-table.ts';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe, MAP } from '#test/support/axe.ts';
import { missingBrowser, openBrowser, WITHOUT_MAPS } from '#test/support/browser.ts';
import { Phone } from '#test/support/phone.ts';
import { signInUnseen } from '#test/support/screens.ts';
import { settled } from '#test/support/settled.ts';

/*
 * The list of cases of somebody who goes back to it all day: what it is narrowed to stands in its address, is kept by name,
 * found again by searching, and taken out as a file that says what left the house.
 */
describe.skipIf(missingBrowser !== null)('the list of cases', () => {
	let app: App;
	let browser: Browser;
	let closer: Page;
	let caseNumber = '';
	const contexts: BrowserContext[] = [];
	const faults: string[] = [];

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		await settled(app);
		browser = await openBrowser(WITHOUT_MAPS);
		// What somebody wrote who would have a spreadsheet run it.
		const phone = await Phone.at(app.url, 23);
		const photo = phone.takePhoto();
		expect((await phone.sendPhoto(photo)).status).toBe(201);
		const report = { ...phone.writeReport([photo]), category: '0551', description: '=1+1 蓝色油布棚' };
		expect((await phone.sendReport(report)).status).toBe(201);
		phone.close();
		const registrar = await as('registrar');
		// A busy database takes a report some moments after the citizen has their code.
		await vi.waitFor(
			async () => expect((await registrar.goto(`${app.url}/desk/reports/${report.id}`))?.status()).toBe(200),
			{ timeout: 20_000, interval: 500 }
		);
		const filed = await post(registrar, `/desk/reports/${report.id}?/decide`, { decision: 'file' });
		expect(filed.status()).toBeLessThan(400);
		closer = await as('closer');
	}, 600_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	async function as(persona: string): Promise<Page> {
		const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en' });
		contexts.push(context);
		const page = await context.newPage();
		page.setDefaultTimeout(20_000);
		page.on('pageerror', (error) => faults.push(error.message));
		page.on('request', (request) => {
			if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(app.url))
				faults.push(request.url());
		});
		await signInUnseen(page.context(), app.url, { persona });
		return page;
	}

	const post = (page: Page, path: string, form: Record<string, string>) =>
		page.context().request.post(app.url + path, {
			form,
			headers: { origin: app.url, accept: 'text/html' },
			maxRedirects: 0
		});

	const rows = (page: Page) => page.locator('a[data-row]');
	const chips = (page: Page) => page.getByRole('list', { name: 'Conditions set' });

	it('keeps what it is narrowed to in its address, through reload and back', async () => {
		await closer.goto(`${app.url}/desk?list=cases`);
		await rows(closer).first().waitFor();
		await closer.getByRole('combobox', { name: 'State' }).selectOption('all');
		await closer.getByText('More conditions').click();
		await closer.getByLabel('Category').selectOption('0551');
		await closer.getByLabel('Returned', { exact: true }).check();
		await closer.getByRole('button', { name: 'Apply' }).click();
		await closer.waitForURL(/status=all/);
		const address = closer.url();
		expect(new URL(address).searchParams.get('category')).toBe('0551');
		expect(new URL(address).searchParams.get('returned')).toBe('1');
		const shown = await rows(closer).evaluateAll((all) => all.map((one) => one.getAttribute('data-row')));
		expect(await chips(closer).getByRole('listitem').count()).toBe(4);

		await closer.reload();
		await chips(closer).waitFor();
		expect(await rows(closer).evaluateAll((all) => all.map((one) => one.getAttribute('data-row')))).toEqual(
			shown
		);
		// A chip takes its part off; going back puts it on again.
		await chips(closer)
			.getByRole('link', { name: /^Take off: Returned/ })
			.click();
		await closer.waitForURL((url) => !url.searchParams.has('returned'));
		expect(await rows(closer).count()).toBeGreaterThanOrEqual(shown.length);
		await closer.goBack();
		await closer.waitForURL(address);
		await expect.poll(() => closer.getByLabel('Returned', { exact: true }).isChecked()).toBe(true);
	}, 60_000);

	it('says which condition empties it', async () => {
		await closer.goto(`${app.url}/desk?list=cases&category=0551&street_name=Nowhere`);
		await closer.getByRole('link', { name: /^Without “Street/ }).click();
		await closer.waitForURL((url) => !url.searchParams.has('street_name'));
		await rows(closer).first().waitFor();
	}, 30_000);

	it('is kept by name, above the list, and by nobody else', async () => {
		await closer.goto(`${app.url}/desk?list=cases&status=all&category=0551`);
		await closer.getByText('Save this filter as a view').click();
		await closer.getByLabel('Name of the view').fill('Washing, all');
		await closer.getByRole('button', { name: 'Save', exact: true }).click();
		const tab = closer.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Washing, all' });
		await tab.waitFor();
		expect(await tab.getAttribute('aria-current')).toBe('page');
		await closer.goto(`${app.url}/desk?list=cases`);
		await tab.click();
		await closer.waitForURL(/category=0551/);
		// The same name again is refused, and what was typed is still there.
		await closer.goto(`${app.url}/desk?list=cases&flagged=1`);
		await closer.getByText('Save this filter as a view').click();
		await closer.getByLabel('Name of the view').fill('Washing, all');
		await closer.getByRole('button', { name: 'Save', exact: true }).click();
		expect(await closer.getByLabel('Name of the view').first().inputValue()).toBe('Washing, all');
		const dispatcher = await as('dispatcher');
		await dispatcher.goto(`${app.url}/desk/views`);
		await dispatcher.getByText('No views yet').waitFor();
	}, 60_000);

	it('finds a case by number, last digits, street and text, and text for the desk alone', async () => {
		const found = async (page: Page, words: string) =>
			(await (
				await page.context().request.get(`${app.url}/search?${new URLSearchParams({ q: words })}`, {
					headers: { accept: 'application/json' }
				})
			).json()) as { cases: { id: string; number: string; piece?: string }[]; streets: { name: string }[] };
		const [byText] = (await found(closer, '蓝色油布')).cases;
		expect(byText?.piece).toContain('蓝色油布棚');
		caseNumber = byText!.number;
		for (const words of [caseNumber, caseNumber.toLowerCase(), caseNumber.slice(-4)])
			expect((await found(closer, words)).cases.map(({ id }) => id)).toContain(byText!.id);
		expect((await found(closer, '路')).streets.length).toBeGreaterThan(0);
		const team = await as('team');
		expect((await found(team, '蓝色油布')).cases).toEqual([]);
		expect((await found(team, caseNumber)).cases).toEqual([]);

		await closer.goto(`${app.url}/desk?list=cases`);
		await closer.getByRole('searchbox', { name: 'Number, street or text' }).fill('蓝色油布');
		await closer.keyboard.press('Enter');
		await closer.waitForURL(/q=/);
		await expect.poll(() => rows(closer).count()).toBe(1);
	}, 60_000);

	it('leaves the house without what people wrote, unless somebody who may says what for; either is written down', async () => {
		const query = `list=cases&q=${encodeURIComponent('蓝色油布')}`;
		const file = async (page: Page, more: Record<string, string>) =>
			post(page, '/desk/export/file', { query, ...more });
		const plain = await file(closer, { format: 'csv' });
		const csv = await plain.text();
		expect(csv.startsWith('\uFEFF')).toBe(true);
		expect(csv).toContain(caseNumber);
		expect(csv).not.toContain('油布棚');

		// Without a purpose one is asked for it; a dispatcher may not, whatever is sent.
		const asked = await file(closer, { format: 'csv', words: '1' });
		expect(asked.headers().location).toContain('refused=purpose_needed');
		const dispatcher = await as('dispatcher');
		const words = { words: '1', purpose: 'Answering a petition' };
		expect((await file(dispatcher, { format: 'csv', ...words })).status()).toBe(403);

		const told = (await file(closer, { format: 'csv', ...words })).text();
		// A heading for the file, an empty line, then the table.
		const table = parse((await told).split('\r\n\r\n')[1]!, { relax_column_count: true }) as string[][];
		expect(table[1]!.at(-1)).toBe("'=1+1 蓝色油布棚");
		const workbook = await (await file(closer, { format: 'xlsx', ...words })).body();
		const [row] = (await readWholeTable({ name: 'x.xlsx', bytes: workbook })).rows;
		expect(row!.cells[2]).toBe('0551');
		expect(row!.cells[10]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:00$/);

		const officer = await as('data-officer');
		await officer.goto(`${app.url}/admin/exports`);
		const line = officer.locator('tbody tr', { hasText: 'Answering a petition' }).first();
		await line.waitFor();
		expect(await line.innerText()).toContain('XLSX');
		expect(await officer.locator('tbody tr').count()).toBe(3);
		expect(await complaintsOfAxe(officer)).toEqual([]);
	}, 60_000);

	it('passes the accessibility checks, with every condition open', async () => {
		await closer.goto(`${app.url}/desk?list=cases&status=all&category=0551&light=red`);
		await closer.getByText(/^More conditions/).click();
		await closer.getByText('Save this filter as a view').click();
		expect(await complaintsOfAxe(closer, { without: MAP })).toEqual([]);
		for (const path of ['/desk/views', '/desk/export?list=cases']) {
			await closer.goto(app.url + path);
			expect(await complaintsOfAxe(closer)).toEqual([]);
		}
		expect(faults).toEqual([]);
	}, 60_000);
});
