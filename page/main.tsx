// The page's script: finds what the document holds, and puts the interleaving where the document has a place for it.
import { render } from 'preact';
import { pageParts } from '../src/page/page-data.js';
import { Interleaving } from './interleaving.js';
import { readPage } from './read-page.js';

const place = document.getElementById(pageParts.interleaving);
const page = readPage(document);
if (place !== null && page !== null) render(<Interleaving page={page} />, place);
