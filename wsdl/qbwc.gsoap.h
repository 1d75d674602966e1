// clang-format off: the lines of the form "//gsoap" are directives.
// The QBWC service contract as input of soapcpp2: the same operations, elements and types as
// qbwc.wsdl. Not C++: the build turns it into serialisers, which only codec.cpp includes.
//
// Every text is a pointer, so that a missing or nil element is told from an empty one. A number is
// kept as text (the typedef gives it the schema type), so that an unreadable one is ours to judge.
// SOAPActions stand in the WSDL alone: what is called is told by the element in Body.

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
int qbwc__serverVersion(std::string* strVersion 0, struct qbwc__serverVersionResponse* reply);

int qbwc__clientVersion(std::string* strVersion 0, struct qbwc__clientVersionResponse* reply);

int qbwc__authenticate(std::string* strUserName 0, std::string* strPassword 0,
                       struct qbwc__authenticateResponse* reply);

int qbwc__sendRequestXML(std::string* ticket 0, std::string* strHCPResponse 0,
                         std::string* strCompanyFileName 0, std::string* qbXMLCountry 0,
                         xsd__int* qbXMLMajorVers 1, xsd__int* qbXMLMinorVers 1,
                         struct qbwc__sendRequestXMLResponse* reply);

int qbwc__receiveResponseXML(std::string* ticket 0, std::string* response 0,
                             std::string* hresult 0, std::string* message 0,
                             struct qbwc__receiveResponseXMLResponse* reply);

int qbwc__connectionError(std::string* ticket 0, std::string* hresult 0, std::string* message 0,
                          struct qbwc__connectionErrorResponse* reply);

int qbwc__getLastError(std::string* ticket 0, struct qbwc__getLastErrorResponse* reply);

int qbwc__closeConnection(std::string* ticket 0, struct qbwc__closeConnectionResponse* reply);

// The signatures of the interactive calls say wcTicket, the guide's tables say ticket: both are
// read, as no capture of a real call is public.
int qbwc__getInteractiveURL(std::string* wcTicket 0, std::string* sessionID 0,
                            std::string* ticket 0,
                            struct qbwc__getInteractiveURLResponse* reply);

int qbwc__interactiveDone(std::string* wcTicket 0, std::string* ticket 0,
                          struct qbwc__interactiveDoneResponse* reply);

int qbwc__interactiveRejected(std::string* wcTicket 0, std::string* reason 0,
                              std::string* ticket 0,
                              struct qbwc__interactiveRejectedResponse* reply);
