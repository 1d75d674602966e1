<?php
// PHP's SoapClient imports our contract and plays one whole session; see `run` for the arguments.
[, $wsdl, $user, $password, $folder] = $argv;

function check(bool $holds, string $sentence): void
{
    if ($holds) return;
    fwrite(STDERR, "php: $sentence\n");
    exit(1);
}

function equal($found, $expected, string $what): void
{
    check($found === $expected, "$what: expected " . var_export($expected, true) . ', found '
        . var_export($found, true));
}

// What matters of a request. Debian's php-soap comes without an XML parser for scripts, and our
// requests are one element on one line.
function asked(string $request): array
{
    $found = preg_match('/<(\w+Rq)\b[^>]* requestID="([^"]+)"/', $request, $element);
    check($found === 1, "no request stands in '$request'");
    preg_match('/ newMessageSetID="([^"]+)"/', $request, $set);
    preg_match('~<Name>(.*?)</Name>~u', $request, $name);
    return ['element' => $element[1], '{requestID}' => $element[2],
        '{messageSetID}' => $set[1] ?? '', '{name}' => $name[1] ?? ''];
}

// QuickBooks' answer, with the ids and the name that the request gave.
function answer_to(array $asked, string $folder): string
{
    return strtr(file_get_contents("$folder/{$asked['element']}.xml"), $asked);
}

function send(SoapClient $client, string $ticket, string $hcp): string
{
    return $client->sendRequestXML(['ticket' => $ticket, 'strHCPResponse' => $hcp,
        'strCompanyFileName' => 'C:\\Books\\Brøndum.qbw', 'qbXMLCountry' => 'US',
        'qbXMLMajorVers' => 16, 'qbXMLMinorVers' => 0])->sendRequestXMLResult;
}

foreach ([SOAP_1_1, SOAP_1_2] as $version) {
    $client = new SoapClient($wsdl, ['soap_version' => $version, 'cache_wsdl' => WSDL_CACHE_NONE]);
    equal(count($client->__getFunctions()) % 11, 0, 'methods of the contract');
    $server = $client->serverVersion()->serverVersionResult;
    check(str_starts_with($server, 'qbwcd '), "serverVersion said '$server'");
    equal($client->clientVersion(['strVersion' => '34.0.10018.91'])->clientVersionResult, '',
        'clientVersion');
    $wrong = $client->authenticate(['strUserName' => $user, 'strPassword' => 'wrong']);
    equal($wrong->authenticateResult->string[1], 'nvu', 'a wrong password');
}

$client = new SoapClient($wsdl, ['soap_version' => SOAP_1_1, 'cache_wsdl' => WSDL_CACHE_NONE]);
$granted = $client->authenticate(['strUserName' => $user, 'strPassword' => $password]);
[$ticket, $company_file] = $granted->authenticateResult->string;
check($ticket !== '', 'authenticate gave no ticket');
equal($company_file, '', 'the company file of authenticate');

$seen = [];
$hcp = file_get_contents("$folder/hcp.xml");
do {
    $asked = asked(send($client, $ticket, $hcp));
    $hcp = '';
    $seen[] = $asked['element'];
    check(count($seen) <= 4, 'the work does not end: ' . implode(', ', $seen));
    $percent = $client->receiveResponseXML(['ticket' => $ticket,
        'response' => answer_to($asked, $folder), 'hresult' => '', 'message' => '',
    ])->receiveResponseXMLResult;
    check(is_int($percent) && $percent >= 0 && $percent <= 100, "receiveResponseXML gave $percent");
} while ($percent < 100);
sort($seen);
equal($seen, ['CustomerAddRq', 'CustomerQueryRq'], 'what was asked');
equal(send($client, $ticket, ''), '', 'sendRequestXML after the work');
check($client->getLastError(['ticket' => $ticket])->getLastErrorResult !== '',
    'getLastError is empty');
$bye = $client->closeConnection(['ticket' => $ticket])->closeConnectionResult;
check(str_starts_with($bye, 'OK'), "closeConnection said '$bye'");
equal($client->receiveResponseXML(['ticket' => $ticket, 'response' => '', 'hresult' => '',
    'message' => ''])->receiveResponseXMLResult, -1, 'receiveResponseXML on a closed session');
check($client->getLastError(['ticket' => 'unknown'])->getLastErrorResult !== '',
    'getLastError of an unknown ticket is empty');
