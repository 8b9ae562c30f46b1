global using QueryEngine.Connectors.TestKit;
