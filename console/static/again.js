// A page that could not be shown asks for itself every ten seconds, and is loaded again once it can be: nothing is read out anew before.
(() => {
  const EVERY = 10_000; // milliseconds
  const later = () => setTimeout(ask, EVERY);
  const ask = async () => {
    try {
      const { status } = await fetch(location.href, { method: "HEAD", redirect: "manual" }); // 0: it leads elsewhere
      if (status < 500) location.reload();
      else later();
    } catch {
      later();
    }
  };
  later();
})();
