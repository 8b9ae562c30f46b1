using Google.Protobuf;

namespace QueryEngine.Rpc;

/// <summary>One method of a service: its names and how its two messages are written. Client and server share it.</summary>
/// <param name="Service">The full name of the service, such as <c>arrow.flight.protocol.FlightService</c>.</param>
/// <param name="Name">The name of the method.</param>
/// <param name="Request">How requests are written.</param>
/// <param name="Response">How responses are written.</param>
public sealed record RpcMethod<TRequest, TResponse>(
    string Service, string Name, Marshaller<TRequest> Request, Marshaller<TResponse> Response)
{
    /// <summary>The path of the method over HTTP/2.</summary>
    public string Path { get; } = $"/{Service}/{Name}";
}

/// <summary>Shorthands for methods.</summary>
public static class RpcMethod
{
    /// <summary>A method whose two messages come from a <c>.proto</c> file.</summary>
    public static RpcMethod<TRequest, TResponse> Proto<TRequest, TResponse>(string service, string name)
        where TRequest : class, IMessage<TRequest>, new()
        where TResponse : class, IMessage<TResponse>, new() =>
        new(service, name, Marshallers.Proto<TRequest>(), Marshallers.Proto<TResponse>());
}
