import { segmentNeighbours } from '#lib/streets/network/street-network.ts';
import { bestSegments } from '../forecast/accuracy.ts';
import { backtest, backtestWeeks, type Backtest, type PlacedHistory } from '../forecast/backtest.ts';
import {
	expectedIn,
	expectedInCity,
	fitForecast,
	leastWeeks,
	weeksFilled,
	type Forecast
} from '../forecast/forecast.ts';
import { slotsOfDay, slotsOfWeek, type ForecastGround } from '../forecast/history.ts';
import { rangeOf } from '../forecast/range.ts';
import type { Brush } from './brush.ts';
import { alongOwn } from './street-heat.ts';

/** Hours from 2000-01-01, a Saturday, to the Monday after it. */
const toMonday = 48;

/** What is asked of a forecast: days of the week (0 is Monday) and two-hour slots of the day (0 is 00:00–02:00). */
export interface Expecting {
	days: readonly number[];
	slots: readonly number[];
	/** Indices of categories; null for all. */
	categories: readonly number[] | null;
	/** Share of all street length to choose. */
	share: number;
}

/** One segment as the forecast has it. */
export interface ExpectedOn {
	segment: number;
	mean: number;
	/** The middle 90 %. */
	low: number;
	high: number;
	metres: number;
}

export interface Forecasted {
	/** The week's Monday, days since 2000-01-01. */
	monday: number;
	weeks: number;
	reports: number;
	/** Of the whole city in what was asked for. */
	city: { mean: number; low: number; high: number };
	/** The best segments for the length asked for, the most a metre first. */
	best: ExpectedOn[];
	/** Share of what is expected that they hold. */
	held: number;
	/** Expected reports per segment. */
	mean: Float64Array;
	/** Expected reports of the week in the categories asked for, per slot of the week (84). */
	bySlot: Float64Array;
}

/** Too short a history: weeks there are, and weeks a forecast needs. */
export interface TooShort {
	tooShort: number;
	needs: number;
}

/** A city's own forecast, from the reports a page has read, without those that the brush leaves out. */
export class Forecasting {
	readonly #brush: Brush;
	readonly #ground: ForecastGround;
	readonly #history: PlacedHistory;
	/** Monday of the history's first week, days since 2000-01-01. */
	readonly #firstMonday: number;
	#forecast: Forecast | null = null;
	#backtest: Backtest | null = null;

	constructor(brush: Brush, categories: number) {
		this.#brush = brush;
		const { network, spots } = brush;
		this.#ground = { metres: network.metres, neighbours: segmentNeighbours(network), categories };
		const first = spots.hour[0] ?? 0;
		this.#firstMonday = Math.floor((first - toMonday) / 168) * 7 + toMonday / 24;
		const isIn = brush.sift({ categories: null, hours: [0, 24], hasPatrolFound: true, hasRepeats: true });
		const segment = brush.placeOf({ kind: 'segments' }).map((s, i) => (isIn[i] ? s : -1));
		this.#history = {
			segment,
			along: alongOwn(network, segment, brush.places.x, brush.places.y),
			category: spots.category,
			hour: spots.hour.map((hour) => hour - this.#firstMonday * 24)
		};
	}

	expect({ days, slots, categories, share }: Expecting): Forecasted | TooShort {
		const filled = weeksFilled(this.#history);
		if (filled < leastWeeks) return { tooShort: filled, needs: leastWeeks };
		this.#forecast ??= fitForecast(this.#ground, this.#history);
		const forecast = this.#forecast;
		const wanted = days.flatMap((day) => slots.map((slot) => day * slotsOfDay + slot));
		const part = { slots: wanted, ...(categories && { categories }) };
		const { mean, spread } = expectedIn(forecast, part);
		const city = expectedInCity(forecast, part);
		const [low, high] = rangeOf(city.mean, city.spread);
		const { metres } = this.#brush.network;
		const chosen = bestSegments(mean, metres, share);
		const best = Array.from(chosen, (s): ExpectedOn => {
			const [least, most] = rangeOf(mean[s]!, spread[s]!);
			return { segment: s, mean: mean[s]!, low: least, high: most, metres: metres[s]! };
		});
		const bySlot = Float64Array.from({ length: slotsOfWeek }, (_, slot) =>
			(categories ?? Array.from({ length: this.#ground.categories }, (_, c) => c)).reduce(
				(sum, c) => sum + weekOf(forecast, c) * forecast.slots[c * slotsOfWeek + slot]!,
				0
			)
		);
		return {
			monday: this.#firstMonday + forecast.week * 7,
			weeks: forecast.week,
			reports: forecast.reports,
			city: { mean: city.mean, low, high },
			best,
			held: city.mean > 0 ? best.reduce((sum, one) => sum + one.mean, 0) / city.mean : 0,
			mean,
			bySlot
		};
	}

	/** How good it has been: see `backtest`. Takes seconds; `tell` hears of every week. */
	test(tell: (done: number, of: number) => void): { backtest: Backtest; monday: number } | TooShort {
		const { weeks, first } = backtestWeeks(this.#history);
		if (weeks < 4) return { tooShort: first + weeks, needs: first + 4 };
		this.#backtest ??= backtest(this.#brush.network, this.#ground, this.#history, {}, tell);
		return { backtest: this.#backtest, monday: this.#firstMonday + this.#backtest.firstWeek * 7 };
	}
}

function weekOf({ expected, segments }: Forecast, c: number): number {
	let sum = 0;
	for (let s = 0; s < segments; s++) sum += expected[c * segments + s]!;
	return sum;
}
