// segments counts the parts that a carrier sends a text as, by the rules of policy.Segments: the GSM 7-bit alphabet of 3GPP TS 23.038
// with 160 septets, or 153 for each of several, else UCS-2 with 70 or 67 units. An escaped character or a surrogate pair is never split.
"use strict";
const segments = (() => {
  const basic = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const extension = new Set("\f^{}\\[~]|€");
  const septets = (c) => basic.has(c) ? 1 : extension.has(c) ? 2 : 0;
  const units = (c) => c.length;

  function parts(text, single, several, size) {
    let total = 0, filled = several, n = 0;
    for (const c of text) {
      const w = size(c);
      if (w === 0) return null;
      total += w;
      filled += w;
      if (filled > several) { n++; filled = w; }
    }
    if (total <= single) return { n: Math.min(n, 1), left: single - total };
    return { n, left: several - filled };
  }

  return (text) => {
    const gsm = parts(text, 160, 153, septets);
    return gsm ? { ...gsm, ucs2: false } : { ...parts(text, 70, 67, units), ucs2: true };
  };
})();
