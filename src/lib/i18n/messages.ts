// Every text of the interface: m.wall_title(), m.desk_cases({ count: 3 }), m.wall_title({}, { locale: 'en' }).
export * as m from './generated/all.ts';
export { baseLocale, getLocale, isLocale, locales, type Locale } from './locale.ts';
export { formatDate, formatNumber, formatTime, localName } from './format.ts';
