// A picture of an answer as an address that the browser shows. Made while it is shown, and let go of after.
import {useLayoutEffect, useState} from 'preact/hooks';
import type {Picture} from './api';

export function useAddress(picture: Picture | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (picture === null) {
      setAddress(null);
      return undefined;
    }
    const bytes = Uint8Array.from(atob(picture.data), (c) => c.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], {type: picture.mediaType}));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return address;
}
