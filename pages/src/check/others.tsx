// Whether other members are asked too, and what they have to be told: the exchange's own part of the form.
import {Fault, type Faults} from '../form';
import {Say, WordOption} from '../say';
import {t} from '../words';
import type {Purpose} from '../members/asked';

export interface Others {
  asked: boolean;
  reason: string;
  country: string;
  avoid: string;
}
export const kOthers: Others = {asked: true, reason: '', country: '', avoid: ''};
export type OthersField = 'reason' | 'country' | 'avoid';
export const kOthersFields = ['reason', 'country', 'avoid'] as const;

const kCountry = /^[A-Z]{3}$/;
export const countriesOf = (text: string): string[] => text.toUpperCase().split(/[\s,;]+/).filter((each) => each !== '');

export function faultsOfOthers(others: Others): Faults<OthersField> {
  const out: Faults<OthersField> = {};
  if (!others.asked) return out;
  if (others.reason === '') out.reason = () => t('others.fault.reason');
  if (others.country.trim() !== '' && !kCountry.test(others.country.trim().toUpperCase())) out.country = () => t('others.fault.country');
  if (!countriesOf(others.avoid).every((each) => kCountry.test(each))) out.avoid = () => t('others.fault.country');
  return out;
}

interface OthersProps {
  purpose: Purpose;
  others: Others;
  faults: Faults<OthersField>;
  onChange: (others: Others) => void;
}

export function OthersView({purpose, others, faults, onChange}: OthersProps) {
  const set = (change: Partial<Others>) => onChange({...others, ...change});
  return (
    <fieldset class="others">
      <legend class="hint">{t('others.title')}</legend>
      <label class="inline choice">
        <input id="others" type="checkbox" checked={others.asked} onChange={(event) => set({asked: event.currentTarget.checked})} />
        <span><Say code="others.ask" values={{n: purpose.members.length}} /></span>
      </label>
      <p class="hint"><bdi>{purpose.members.join(', ')}</bdi></p>
      {others.asked && (
        <>
          <label for="reason">{t('others.reason')}</label>
          <Fault id="reason-fault" text={faults.reason} />
          <select id="reason" value={others.reason} aria-invalid={faults.reason !== undefined} aria-describedby={faults.reason === undefined ? undefined : 'reason-fault'}
            onChange={(event) => set({reason: event.currentTarget.value})}>
            <option value="">{t('check.purpose.choose')}</option>
            {purpose.reasons.map((each) => <WordOption key={each} code={`reason.${each}`} own={each} />)}
          </select>
          {purpose.protectsSubject && (
            <>
              <label for="country">{t('others.country')}</label>
              <p class="hint" id="country-hint">{t('others.country.hint')}</p>
              <Fault id="country-fault" text={faults.country} />
              <input id="country" value={others.country} maxLength={3} autocomplete="off" spellcheck={false} aria-invalid={faults.country !== undefined} aria-describedby={faults.country === undefined ? 'country-hint' : 'country-fault country-hint'}
                onInput={(event) => set({country: event.currentTarget.value})} />
              <label for="avoid">{t('others.avoid')}</label>
              <p class="hint" id="avoid-hint">{t('others.avoid.hint')}</p>
              <Fault id="avoid-fault" text={faults.avoid} />
              <input id="avoid" value={others.avoid} maxLength={200} autocomplete="off" spellcheck={false} aria-invalid={faults.avoid !== undefined} aria-describedby={faults.avoid === undefined ? 'avoid-hint' : 'avoid-fault avoid-hint'}
                onInput={(event) => set({avoid: event.currentTarget.value})} />
            </>
          )}
        </>
      )}
    </fieldset>
  );
}
