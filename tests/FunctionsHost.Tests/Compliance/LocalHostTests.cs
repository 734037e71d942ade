namespace Millrace.FunctionsHost.Tests;

// The stand-in against every suite; the real host takes its place with another IHostUnderTest.
public sealed class LocalKafkaBatchTests() : KafkaBatchCompliance(new LocalHost());

public sealed class LocalKafkaCommitTests() : KafkaCommitCompliance(new LocalHost());

public sealed class LocalKafkaStopTests() : KafkaStopCompliance(new LocalHost());

public sealed class LocalKafkaRecordTests() : KafkaRecordCompliance(new LocalHost());

public sealed class LocalCallTests() : CallCompliance(new LocalHost());

public sealed class LocalHttpTriggerTests() : HttpTriggerCompliance(new LocalHost());

public sealed class LocalTimerTriggerTests() : TimerTriggerCompliance(new LocalHost());
