// A page that could not be shown asks every ten seconds whether the database is back, and is loaded again once it is: nothing is read out anew
// before, and what is shown once only is not used up by asking.
(() => {
  const EVERY = 10_000; // milliseconds
  const later = () => setTimeout(ask, EVERY);
  const ask = async () => {
    try {
      const { database } = await (await fetch("/readyz", { cache: "no-store" })).json();
      if (database === "ok") location.reload();
      else later();
    } catch {
      later();
    }
  };
  later();
})();
