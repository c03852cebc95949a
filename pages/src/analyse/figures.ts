// Rates and thresholds as people read them.
import {number, t} from '../words';
import type {Rate} from './asked';

// "1.2 %", with as many decimals as a small rate needs.
export function percent(rate: number): string {
  const value = rate * 100;
  const digits = value === 0 || value >= 10 ? 1 : Math.min(8, 1 - Math.floor(Math.log10(value)));
  return t('analyse.percent', {value: number(value, digits)});
}

// "12", "0.034": of a day.
export function amount(value: number): string {
  if (value === 0 || value >= 10) return number(value);
  return number(value, Math.min(8, 1 - Math.floor(Math.log10(value))));
}

export const decibels = (value: number): string => t('unit.db', {value: number(value, 1)});

// The figure with its interval; where nothing was counted, what it lies below.
export function rateText(rate: Rate): string {
  if (rate.trials === null || rate.trials === 0) return t('analyse.none');
  if (rate.value === null) return t('analyse.below', {rate: percent(rate.below ?? 1), count: number(rate.trials)});
  return t('analyse.interval', {rate: percent(rate.value), low: percent(rate.low ?? 0), high: percent(rate.high ?? 1)});
}
