/** The token of a mail's link, which does not stay in the address. */

import { useEffect, useState } from "preact/hooks";
import { readdress } from "../frame/router";

export function useToken(query: URLSearchParams, path: string): string {
  const [token] = useState(query.get("token") ?? "");
  useEffect(() => {
    if (token) readdress(path);
  }, [token, path]);
  return token;
}
