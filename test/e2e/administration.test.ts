import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type App } from '#test/support/app.ts';
import { complaintsOfAxe, WCAG } from '#test/support/axe.ts';
import { missingBrowser, openBrowser } from '#test/support/browser.ts';

/* The administrator of the demo town draws ground, sees whom it concerns, and takes it back. */
describe.skipIf(missingBrowser !== null)('administration', () => {
	let app: App;
	let browser: Browser;
	let page: Page;
	const faults: string[] = [];

	beforeAll(async () => {
		app = await startApp({ limitMs: 280_000 });
		browser = await openBrowser();
		const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: 'en' });
		page = await context.newPage();
		page.setDefaultTimeout(30_000);
		page.on('console', (message) => {
			if (message.type() === 'error' && !message.text().includes('the server responded with a status of 4'))
				faults.push(message.text());
		});
		page.on('pageerror', (error) => faults.push(error.message));
		page.on('request', (request) => {
			if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(app.url))
				faults.push(request.url());
		});
		await page.goto(`${app.url}/sign-in`);
		await page.locator('button[name=persona][value=admin]').click();
		await page.waitForURL('**/admin');
	}, 300_000);

	afterAll(async () => {
		await browser?.close();
		await app?.stop();
	}, 60_000);

	const check = () => page.getByRole('button', { name: 'Check and see the effect' });
	const save = () => page.getByRole('button', { name: 'Save now' });
	const corner = (number: number) => page.getByRole('button', { name: `Corner ${number}`, exact: true });

	/** The first duty area of the list; its page. */
	async function openArea(): Promise<string> {
		await page.goto(`${app.url}/admin/areas?kind=duty_grid`);
		const link = page.locator('tbody a').first();
		const name = (await link.innerText()).trim();
		await link.click();
		await page.locator('.maplibregl-canvas').waitFor();
		await corner(1).waitFor();
		return name;
	}

	it('refuses a border that crosses itself, in words and at its place', async () => {
		await openArea();
		// Far across the middle: two sides cross the ring's other end.
		for (const name of ['longitude', 'latitude']) {
			const fields = await page.getByLabel(new RegExp(`^Corner \\d+, ${name}$`)).all();
			const values = (await Promise.all(fields.map((field) => field.inputValue()))).map(Number);
			const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
			await fields[0]!.fill((middle + 2 * (middle - values[0]!)).toFixed(6));
			await fields[0]!.press('Tab');
		}
		await page.locator('.faults .fatal').first().waitFor();
		expect(await page.locator('.faults .fatal').first().innerText()).toMatch(
			/crosses itself here|\d+\.\d{5}, \d+/
		);
		await check().click();
		await page.getByText('The border is not right yet. Mend it first.').waitFor();
		expect(await save().count()).toBe(0);
	});

	it('counts the open cases that change area before anything is written, and saves with the keyboard alone', async () => {
		const name = await openArea();
		await corner(1).focus();
		// Every corner by keyboard, 200 m east: most of the ground lies elsewhere afterwards.
		await page.getByLabel('Corners shared with neighbours move together').uncheck();
		await corner(2).focus();
		for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowLeft');
		await check().focus();
		await page.keyboard.press('Enter');
		await page.locator('.effect').waitFor();
		expect(await page.locator('.effect').innerText()).toMatch(
			/open cases? changes? area|No open case is affected/
		);
		await save().focus();
		await page.keyboard.press('Enter');
		await page.getByText(/^Saved\. /).waitFor();
		await page.goto(`${app.url}/admin/areas?kind=duty_grid`);
		await page.getByRole('link', { name, exact: true }).click();
		await page.getByText('changed', { exact: false }).first().waitFor();
		await page
			.getByRole('link', { name: /Look at the version of/ })
			.first()
			.click();
		await page.getByText('This is an earlier version.', { exact: false }).waitFor();
		await check().click();
		await save().click();
		await page.getByText(/^Saved\. /).waitFor();
	});

	it('closes an area: dispatched cases stay where they are, and it can come back', async () => {
		const name = await openArea();
		await page.getByRole('button', { name: 'Close this area…' }).click();
		const effect = page.locator('.effect');
		await effect.waitFor();
		const said = await effect.innerText();
		const dispatched = Number(/([\d,]+) already dispatched stay/.exec(said)?.[1]?.replace(',', '') ?? 0);
		await page.getByRole('button', { name: 'Close it now' }).click();
		const saved = page.getByText(/^Saved\. /);
		await saved.waitFor();
		expect(Number(/(\d+) stayed/.exec(await saved.innerText())?.[1])).toBe(dispatched);
		await page.getByRole('link', { name, exact: true }).click();
		await page.getByText('This area is closed.', { exact: false }).waitFor();
		await check().click();
		await save().click();
		await page.getByText(/^Saved\. /).waitFor();
	});

	it('draws a new area by mouse', async () => {
		await page.goto(`${app.url}/admin/areas/new`);
		await page.getByText('Click corner by corner', { exact: false }).waitFor();
		await page.getByLabel('Name', { exact: true }).fill('新市场');
		await page.getByLabel('Kind of area').selectOption('market');
		const box = (await page.locator('.maplibregl-canvas').boundingBox())!;
		const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
		for (const place of [at(0.4, 0.4), at(0.55, 0.4), at(0.55, 0.55), at(0.4, 0.55), at(0.4, 0.4)]) {
			await page.mouse.move(...place, { steps: 3 });
			await page.mouse.click(...place, { delay: 30 });
			await page.waitForTimeout(350);
		}
		await corner(4).waitFor();
		expect(await corner(5).count()).toBe(0);
		await check().click();
		await page.getByText('No open case is affected.').waitFor();
		await save().click();
		await page.getByText(/^Saved\. /).waitFor();
		await page.getByRole('link', { name: '新市场' }).waitFor();
	});

	it('keeps the history of a facility', async () => {
		await page.goto(`${app.url}/admin/facilities`);
		await page.locator('tbody a').first().click();
		await page.getByLabel('Build state').selectOption('closed');
		await page.getByLabel('Outcome').selectOption('relocated');
		await page.getByRole('button', { name: 'Save' }).click();
		await page.getByText('Saved.').waitFor();
		await page.locator('tbody a').first().click();
		await page.getByText('Relocated', { exact: false }).first().waitFor();
		await page.locator('ol li').nth(1).waitFor();
	});

	it('says what the next sweep would erase, and keeps to the law’s range', async () => {
		await page.goto(`${app.url}/admin/retention`);
		await page.getByText('Next sweep erases').first().waitFor();
		const days = page.getByLabel('Days kept: Ended sessions');
		await days.fill('3');
		await page.getByRole('button', { name: 'Save Ended sessions' }).click();
		await page.getByText(/By this rule the next sweep erases \d/).waitFor();
		await page.evaluate(() =>
			document.querySelectorAll('input').forEach((input) => input.removeAttribute('min'))
		);
		await days.fill('0');
		await page.getByRole('button', { name: 'Save Ended sessions' }).click();
		await page.getByRole('alert').waitFor();
	});

	it('gives a team its shifts', async () => {
		await page.goto(`${app.url}/admin/shifts`);
		await page.getByLabel('Name', { exact: true }).fill('早班');
		await page.getByLabel('Unit').selectOption({ index: 1 });
		await page.locator('input[name=member]').first().check();
		await page.getByRole('button', { name: 'Save' }).click();
		await page.locator('.week').getByText('早班').first().waitFor();
		expect(await page.locator('.week').getByText('早班').count()).toBe(5);
	});

	it('reads well with other means than eyes', async () => {
		for (const path of ['areas/new', 'facilities', 'facilities/new', 'retention', 'shifts']) {
			await page.goto(`${app.url}/admin/${path}`);
			expect(await complaintsOfAxe(page, { tags: WCAG }), path).toEqual([]);
		}
		expect(faults).toEqual([]);
	});
});
