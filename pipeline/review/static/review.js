// Everything here only quickens what links and forms do by themselves.
import { listen } from "./keys.js";
import { swapping, settle } from "./swap.js";
import { spanEditing } from "./span.js";
import { presence } from "./presence.js";
import { lateTotals } from "./totals.js";
import { missedClaims, missedForms } from "./missed.js";

swapping();
listen();
spanEditing();
missedClaims();
missedForms();
presence();
lateTotals();
settle();
