namespace Millrace.Resilience;

/// <summary>Workers that write to a real PostgreSQL.</summary>
public sealed class PostgresTests(ITestOutputHelper output)
{
    [PostgresFact]
    public Task Workers_killed_stopped_and_doubled_leave_each_event_in_PostgreSQL_once() => Brief.RunAsync(output, Stores.PostgresWorkers);

    [PostgresFact]
    public Task A_server_that_crashes_has_each_event_once_when_it_is_back() => Brief.RunAsync(output, Stores.PostgresCrashes);

    [PostgresFact]
    public Task One_event_that_PostgreSQL_refuses_is_one_error_event() => Brief.RunAsync(output, Stores.PostgresPoison);

    [PostgresFact(needsDisk: true)]
    public Task A_full_disk_of_PostgreSQL_is_waited_for() => Brief.RunAsync(output, Stores.PostgresFull);
}
