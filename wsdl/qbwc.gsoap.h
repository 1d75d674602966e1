// clang-format off: the lines of the form "//gsoap" are directives.
// The QBWC service contract as input of soapcpp2: the same operations, elements and types as
// qbwc.wsdl. Not C++: the build turns it into serialisers, which only codec.cpp includes.
//
// Every text is a pointer, so that a missing or nil element is told from an empty one. A number is
// kept as text (the typedef gives it the schema type), so that an unreadable one is ours to judge.

//gsoap qbwc service name: QBWebConnectorSvc
//gsoap qbwc service namespace: http://developer.intuit.com/
//gsoap qbwc schema namespace: http://developer.intuit.com/
//gsoap qbwc service style: document
//gsoap qbwc service encoding: literal
//gsoap qbwc schema elementForm: qualified

#import "stlvector.h"

typedef std::string xsd__int;

class qbwc__ArrayOfString
{
public:
    std::vector<std::string*> string 0;
};

struct qbwc__serverVersionResponse { std::string* serverVersionResult 0; };
struct qbwc__clientVersionResponse { std::string* clientVersionResult 0; };
struct qbwc__authenticateResponse { qbwc__ArrayOfString* authenticateResult 0; };
struct qbwc__sendRequestXMLResponse { std::string* sendRequestXMLResult 0; };
struct qbwc__receiveResponseXMLResponse { xsd__int* receiveResponseXMLResult 1; };
struct qbwc__connectionErrorResponse { std::string* connectionErrorResult 0; };
struct qbwc__getLastErrorResponse { std::string* getLastErrorResult 0; };
struct qbwc__closeConnectionResponse { std::string* closeConnectionResult 0; };
struct qbwc__getInteractiveURLResponse { std::string* getInteractiveURLResult 0; };
struct qbwc__interactiveDoneResponse { std::string* interactiveDoneResult 0; };
struct qbwc__interactiveRejectedResponse { std::string* interactiveRejectedResult 0; };

// Contracts in circulation give serverVersion a strVersion: read, and ignored.
//gsoap qbwc service method-action: serverVersion http://developer.intuit.com/serverVersion
int qbwc__serverVersion(std::string* strVersion 0, struct qbwc__serverVersionResponse* reply);

//gsoap qbwc service method-action: clientVersion http://developer.intuit.com/clientVersion
int qbwc__clientVersion(std::string* strVersion 0, struct qbwc__clientVersionResponse* reply);

//gsoap qbwc service method-action: authenticate http://developer.intuit.com/authenticate
int qbwc__authenticate(std::string* strUserName 0, std::string* strPassword 0,
                       struct qbwc__authenticateResponse* reply);

//gsoap qbwc service method-action: sendRequestXML http://developer.intuit.com/sendRequestXML
int qbwc__sendRequestXML(std::string* ticket 0, std::string* strHCPResponse 0,
                         std::string* strCompanyFileName 0, std::string* qbXMLCountry 0,
                         xsd__int* qbXMLMajorVers 1, xsd__int* qbXMLMinorVers 1,
                         struct qbwc__sendRequestXMLResponse* reply);

//gsoap qbwc service method-action: receiveResponseXML http://developer.intuit.com/receiveResponseXML
int qbwc__receiveResponseXML(std::string* ticket 0, std::string* response 0,
                             std::string* hresult 0, std::string* message 0,
                             struct qbwc__receiveResponseXMLResponse* reply);

//gsoap qbwc service method-action: connectionError http://developer.intuit.com/connectionError
int qbwc__connectionError(std::string* ticket 0, std::string* hresult 0, std::string* message 0,
                          struct qbwc__connectionErrorResponse* reply);

//gsoap qbwc service method-action: getLastError http://developer.intuit.com/getLastError
int qbwc__getLastError(std::string* ticket 0, struct qbwc__getLastErrorResponse* reply);

//gsoap qbwc service method-action: closeConnection http://developer.intuit.com/closeConnection
int qbwc__closeConnection(std::string* ticket 0, struct qbwc__closeConnectionResponse* reply);

// The signatures of the interactive calls say wcTicket, the guide's tables say ticket: both are
// read, as no capture of a real call is public.
//gsoap qbwc service method-action: getInteractiveURL http://developer.intuit.com/getInteractiveURL
int qbwc__getInteractiveURL(std::string* wcTicket 0, std::string* sessionID 0,
                            std::string* ticket 0,
                            struct qbwc__getInteractiveURLResponse* reply);

//gsoap qbwc service method-action: interactiveDone http://developer.intuit.com/interactiveDone
int qbwc__interactiveDone(std::string* wcTicket 0, std::string* ticket 0,
                          struct qbwc__interactiveDoneResponse* reply);

//gsoap qbwc service method-action: interactiveRejected http://developer.intuit.com/interactiveRejected
int qbwc__interactiveRejected(std::string* wcTicket 0, std::string* reason 0,
                              std::string* ticket 0,
                              struct qbwc__interactiveRejectedResponse* reply);
