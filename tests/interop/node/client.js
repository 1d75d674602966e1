// The npm package soap imports our contract and plays one whole session; `run` tells the arguments.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { DOMParser } = require('@xmldom/xmldom'); // soap's own XML parser
const soap = require('soap');

const [wsdl, user, password, folder] = process.argv.slice(2);
const kept = (name) => fs.readFileSync(`${folder}/${name}`, 'utf8');
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

// The one element under the message set of a request.
function asked(request) {
    const set = new DOMParser().parseFromString(request, 'text/xml')
        .getElementsByTagName('QBXMLMsgsRq')[0];
    return Array.from(set.childNodes).find((child) => child.nodeType === 1);
}

// QuickBooks' answer, with the ids and the name that the request gave.
function answerTo(element) {
    const name = element.getElementsByTagName('Name')[0];
    const setId = element.parentNode.getAttribute('newMessageSetID') || '';
    return kept(`${element.nodeName}.xml`)
        .replaceAll('{requestID}', () => element.getAttribute('requestID'))
        .replaceAll('{messageSetID}', () => setId)
        .replaceAll('{name}', () => (name ? escaped(name.textContent) : ''));
}

async function main() {
    const client = await soap.createClientAsync(wsdl);
    const call = async (method, parameters) => {
        const [reply] = await client[`${method}Async`](parameters);
        assert.ok(reply && `${method}Result` in reply, `${method} without a result`);
        return reply[`${method}Result`];
    };
    const text = (value) => value ?? ''; // the package reads an empty element as null
    const send = (ticket, hcp) => call('sendRequestXML', {
        ticket, strHCPResponse: hcp, strCompanyFileName: 'C:\\Books\\Brøndum.qbw',
        qbXMLCountry: 'US', qbXMLMajorVers: 16, qbXMLMinorVers: 0,
    });

    assert.match(await call('serverVersion', {}), /^qbwcd /);
    assert.equal(text(await call('clientVersion', { strVersion: '34.0.10018.91' })), '');
    const wrong = await call('authenticate', { strUserName: user, strPassword: 'wrong' });
    assert.equal(wrong.string[1], 'nvu');
    const granted = await call('authenticate', { strUserName: user, strPassword: password });
    const ticket = granted.string[0];
    assert.ok(ticket, 'authenticate gave no ticket');
    assert.equal(text(granted.string[1]), '');

    const seen = [];
    let hcp = kept('hcp.xml');
    let percent = 0;
    while (percent < 100) {
        const element = asked(await send(ticket, hcp));
        hcp = '';
        seen.push(element.nodeName);
        assert.ok(seen.length <= 4, `the work does not end: ${seen}`);
        percent = await call('receiveResponseXML', {
            ticket, response: answerTo(element), hresult: '', message: '',
        });
        assert.ok(Number.isInteger(percent) && percent >= 0 && percent <= 100, `gave ${percent}`);
    }
    assert.deepEqual(seen.sort(), ['CustomerAddRq', 'CustomerQueryRq']);
    assert.equal(text(await send(ticket, '')), '');
    assert.ok(text(await call('getLastError', { ticket })), 'getLastError is empty');
    assert.match(await call('closeConnection', { ticket }), /^OK/);
    assert.equal(await call('receiveResponseXML', {
        ticket, response: '', hresult: '', message: '',
    }), -1);
    assert.ok(text(await call('getLastError', { ticket: 'unknown' })));
}

main().catch((failure) => {
    console.error(`node: ${failure.message}`);
    process.exit(1);
});
