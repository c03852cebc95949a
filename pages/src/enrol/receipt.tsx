// What the person takes home: no name, no country, no picture; a reference by which any desk finds the record.
import {useLayoutEffect, useRef} from 'preact/hooks';
import type {Enrolled} from '../api';
import {Say} from '../say';
import {QrCode} from './qr';
import {t, time} from '../words';

export interface ReceiptOf {
  enrolled: Enrolled;
  at: Date;
  reference: string;
  taken: string[]; // positions
  missing: {position: string; presence: string}[];
}

export function ReceiptView({receipt, onNext}: {receipt: ReceiptOf; onNext: () => void}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  const comesBack = receipt.missing.some((each) => each.presence === 'BANDAGED');
  return (
    <section class="box receipt" aria-labelledby="receipt-heading">
      <h2 id="receipt-heading" ref={heading} tabIndex={-1}>{t('receipt.title')}</h2>
      <p role="status">{t('receipt.stored')}</p>
      <QrCode text={receipt.enrolled.encounterId} name={t('receipt.qr')} />
      <dl class="facts">
        <div><dt>{t('receipt.record')}</dt><dd class="code"><bdi>{receipt.enrolled.encounterId}</bdi></dd></div>
        <div><dt>{t('check.reference')}</dt><dd><bdi>{receipt.reference}</bdi></dd></div>
        <div><dt>{t('receipt.at')}</dt><dd><bdi>{time(receipt.at)}</bdi></dd></div>
        <div class="noprint"><dt>{t('receipt.person')}</dt><dd class="code"><bdi>{receipt.enrolled.personId}</bdi></dd></div>
      </dl>
      <h3>{t('receipt.taken')}</h3>
      <ul>{receipt.taken.map((each) => <li key={each}>{t(`position.${each}`)}</li>)}</ul>
      {receipt.missing.length > 0 && <h3>{t('receipt.missing')}</h3>}
      <ul>
        {receipt.missing.map(({position, presence}) => (
          <li key={position}><Say code="receipt.missing.one" values={{finger: t(`position.${position}`), reason: t(`presence.${presence}`)}} /></li>
        ))}
      </ul>
      {comesBack && <p class="note">{t('receipt.comeBack')}</p>}
      <p>{t('receipt.rights')}</p>
      <div class="bar noprint">
        <button type="button" class="go" onClick={() => print()}>{t('receipt.print')}</button>
        <button type="button" class="plain" onClick={onNext}>{t('receipt.next')}</button>
      </div>
    </section>
  );
}
