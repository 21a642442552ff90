// Only where a form looks risky: solves ALTCHA's puzzle in the background, then sends the form with the solution.
const box = document.querySelector("[data-challenge]");
const status = document.getElementById("proof-status");
const challenge = JSON.parse(box.dataset.challenge);
const many = Math.min(navigator.hardwareConcurrency || 2, 4);

function solve() {
  const workers = [];
  const stop = () => workers.forEach((worker) => worker.terminate());
  return new Promise((solved, failed) => {
    for (let start = 0; start < many; start += 1) {
      const worker = new Worker(box.dataset.worker);
      worker.onmessage = ({ data }) => (data && data.derivedKey ? solved(data) : failed());
      worker.onerror = failed;
      worker.postMessage({ type: "work", challenge, counterStart: start, counterStep: many });
      workers.push(worker);
    }
  }).finally(stop);
}

box.hidden = false;
solve().then(
  (solution) => {
    box.querySelector("input").value = btoa(JSON.stringify({ challenge, solution }));
    box.querySelector("button").hidden = false;
    status.textContent = box.dataset.done;
    // A form that comes back a second time waits for its person.
    if (box.dataset.send) box.closest("form").requestSubmit(box.querySelector("button"));
  },
  () => { status.textContent = box.dataset.failed; },
);
