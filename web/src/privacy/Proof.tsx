/** How a certificate is checked: by this browser at once, and anywhere by what is downloaded. */

import { useAnswer } from "../api/asking";
import { api } from "../api/client";
import { Banner } from "../design/Banner";
import { Button, ButtonLink } from "../design/Button";
import { Card, Details } from "../design/Card";
import { number } from "../frame/formats";
import { save } from "../frame/saving";
import { type Certificate, check } from "./signature";
import { certificateWords } from "./words";

const KEY = "/api/privacy/certificate-key";
const COMMAND = "python -m infra.certificate verify certificate.json --key certificate-key.pem";

export function Proof({ certificate }: { certificate: Certificate }) {
  const words = certificateWords();
  const answer = useAnswer(async (signal) => {
    const { response } = await api.GET(KEY, { signal, parseAs: "text" });
    return (await check(certificate, await response.text())) ?? null;
  });
  const { audit, signature } = certificate;
  return (
    <Card title={words.proofTitle}>
      <p>{words.proof}</p>
      <Outcome checked={answer.told.value === undefined && answer.problem.value ? null : answer.told.value} />
      <Details
        pairs={[
          [words.request, <code key="request">{certificate.request}</code>],
          [words.policy, <code key="policy">{certificate.policy}</code>],
          [words.chain, <code key="chain">{words.entries(number(audit.entries), audit.head)}</code>],
          [words.algorithm, <code key="algorithm">{signature.algorithm}</code>],
          [words.key, answer.told.value && <code key="key">{answer.told.value.key}</code>],
          [words.signature, <code key="signature">{signature.value}</code>],
        ]}
      />
      <div class="actions on-screen">
        <Button icon="download" onClick={() => keep(certificate)}>
          {words.certificate}
        </Button>
        <ButtonLink kind="quiet" icon="download" href={KEY} download="certificate-key.pem">
          {words.publicKey}
        </ButtonLink>
        <Button kind="quiet" onClick={() => print()}>
          {words.print}
        </Button>
      </div>
      <h3>{words.howTitle}</h3>
      <p>{words.how}</p>
      <p>
        <code>{COMMAND}</code>
      </p>
    </Card>
  );
}

/** Undefined while it is being looked at, null where that can't be done. */
function Outcome({ checked }: { checked: { fits: boolean } | null | undefined }) {
  const words = certificateWords();
  if (checked === undefined) return <Banner>{words.checking}</Banner>;
  if (!checked) return <Banner>{words.unchecked}</Banner>;
  return checked.fits ? (
    <Banner kind="good">{words.fits}</Banner>
  ) : (
    <Banner kind="bad">{words.fitsNot}</Banner>
  );
}

/** Spaces and line ends are no part of what is signed. */
function keep(certificate: Certificate): void {
  const text = `${JSON.stringify(certificate, null, 2)}\n`;
  save(new Blob([text], { type: "application/json" }), "certificate.json");
}
